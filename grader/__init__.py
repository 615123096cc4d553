"""gradkit's grader: it runs exercises, watches what they do, and says what went wrong.

What is said and compared:
    facts, compare, messages    typed observations, their comparison, the words
    check, bank                 what a check is; what a known mistake is
    checks/, mistakes/          those of each exercise
    oracle, expectations        what is expected: run live, or read from recorded/
    judge                       the verdict on a function's checks

What runs an exercise, everybody's alike:
    scenario, observe, tensors  one check on one module; from values to facts
    draw, slate, watch          random inputs, a clean start, objects that take notes
    accelerator, sim/           the simulated accelerator
    worker/                     student code in a process of its own

What people use:
    examine, mentions           one exercise; words in it that a person should look at
    selfcheck                   a whole folder
    conftest, options           what `pytest grader` adds to pytest
    learner, cli/               what `gradkit` says
    pictures/, dot              what `gradkit show` draws; graphs as text
    page, marks, build          solutions/ to exercises/
    release/, answers           the student's copy; what it cannot do
    submissions/, records, recording    a class: reading what was handed in, writing results
    export/, regrade            grades in other systems' forms; what a regrade changed
"""
