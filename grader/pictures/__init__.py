"""What `gradkit show` draws: one scenario an exercise, for those in which there is something to see.

They are written and run as checks are, on the student's module and on the reference, and award nothing. The aspect decides
how their facts are drawn:

    graph      "labels" and "fills" of boxes, "arrows" as pairs of their places, flat
    numbers    curves by name, and "epochs", the number that each of them stretches over
    data       points by name, each an array of shape (n, 2)
"""
