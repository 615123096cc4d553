"""Grades in the forms that other systems read.

exporting     `export`: one request from the command line, from results.jsonl to the files written
filling       another system's file with one column filled
matching      which submission is whose row
canvas        Canvas's gradebook: its columns, rows and what they mean
moodle        Moodle's grading worksheet and its grade export
sheet         what the two have in common
table         a CSV file of which single cells change and every other byte stays
gradescope    Gradescope's results.json
junit         JUnit's XML
autograder    the zip that grades on Gradescope
autograde     the program that runs in there
"""
