"""What a person is asked: every instrument's questions in one shape, what each instrument is for, how long it takes."""
