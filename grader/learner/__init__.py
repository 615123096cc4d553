"""What `gradkit` says to whoever does the exercises.

names        which exercises and functions are meant
checking     examine them, and sum up what was found
hints        the next hint, one deeper each time
"""
