"""What an instructor and the students read after a run: one web page for the class, one feedback file for each submission.

    write(directory)    index.html and feedback/ from results.jsonl and run.json alone    writing.py

    index        the class's page; its parts are lessons (what to teach again), heatmap (checks), table (submissions)
    feedback     a submission's page; markdown: the same as Markdown
    tally        what is counted over the class
    histogram    the distribution of scores, drawn
    catalogue    the kit's own words about checks and mistakes
    rendering    templates, escaping, the content security policy
    words        points, numbers of things, statuses

Everything in a record may come from a student, so it is text here and never markup: HTML is escaped by the template engine, and in
Markdown it stands in code alone.
"""

from .writing import Written, write

__all__ = ["Written", "write"]
