"""What every report is made with: the Word paper, the drawings, figures and codes in words. Says nothing of its own."""
