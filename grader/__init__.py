"""gradkit's grader: it runs exercises, watches what they do, and says what went wrong.

What is said and compared:
    facts, compare              typed observations, and their comparison
    messages, parts             the words; how they are set
    rules                       what is behind errors that are the same in every exercise
    visible                     a stranger's text, fit to be looked at
    check, bank                 what a check is; what a known mistake is
    checks/, mistakes/          those of each exercise
    oracle, expectations        what is expected: run live, or read from recorded/
    judge                       the verdict on a function's checks
    statuses                    what can become of a check, and of an exercise

What runs an exercise, everybody's alike:
    scenario, observe, tensors  one check on one module; from values to facts
    draw, slate, watch          random inputs, a clean start, objects that take notes
    accelerator, sim/           the simulated accelerator
    worker/                     student code in a process of its own

What a learner uses:
    examine, mentions           one exercise; words in it that a person should look at
    selfcheck                   a whole folder
    conftest, options           what `pytest grader` adds to pytest
    learner/                    what `gradkit` says to a learner
    pictures/, dot              what `gradkit show` draws; graphs as text

What an instructor uses:
    submissions/, cells         reading what was handed in; which cell a line comes from
    grading/                    a class, one submission after the other or many at once
    records, recording          what was found, typed, and written
    report/                     the class's page, and feedback for each submission
    export/, regrade            grades in other systems' forms; what a regrade changed
    nbgrader/                   the exercises as a course of nbgrader's, graded outside the kernel

What an author uses:
    page, marks, build          solutions/ to exercises/
    release/, answers           the student's copy; what it cannot do

cli/ is the command line to all of it.
"""
