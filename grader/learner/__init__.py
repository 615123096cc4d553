"""What `gradkit` says to whoever does the exercises.

Where one stands:
    names                   which exercises and functions are meant
    checking                examine them
    standing, progress      done, begun or untouched; what to mend, what comes next, what has changed

What is said of it:
    chart                   the map of the exercises
    telling                 the first thing to mend, in whole
    lines, sidebyside       one's own lines; expected and yours side by side
    safe, output            text that obeys nobody; to a terminal or in plain lines
    report                  `gradkit check`: the above in order, for a person or as JSON

`gradkit watch`:
    session                 opens what it needs and gives everything back
    watch, events           takes what happens one by one: saves, keys, examinations that are done
    saves, keys             where these come from
    view, screen            what there is to show; where it is drawn or written

Help:
    hints, reset            the next hint, one deeper each time; a stub put back
    show                    what an exercise is about, from the learner's code
    drawing, dotprogram     facts as pictures; the program that draws graphs
    doctor, machine         what this machine offers, told; and looked at
"""
