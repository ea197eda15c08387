"""Everything `script/*` does around Django: the environment, the embedded servers, the demo, the test run.

These modules run before the virtual environment exists: they import the standard library and each other, nothing else
(an import contract holds them to it), and they print to standard error, because standard output belongs to the command.
"""
