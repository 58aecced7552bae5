"""Image defects: a detector trained on the factory's own pictures, on a plain processor, with nothing downloaded."""
