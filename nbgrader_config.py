"""Everything nbgrader is told, in one place. `nbgrader` reads it when run in this folder."""

import os
import sys
from pathlib import Path

try:
    import nbgrader.server_extensions.formgrader
    from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
    from nbgrader.preprocessors import (
        AssignLatePenalties,
        CheckCellMetadata,
        ClearHiddenTests,
        ClearMarkScheme,
        ClearOutput,
        ComputeChecksums,
        GetGrades,
        LimitOutput,
        LockCells,
        OverwriteCells,
        OverwriteKernelspec,
        SaveCells,
    )

    import coursekit
    from coursekit.clean import CleanSubmission
    from coursekit.execute import ExecuteSubmission
    from coursekit.feedback import RedactFeedback, only_write_pages
    from coursekit.pages.cells import ShownCells
    from coursekit.pages.filters import FILTERS
    from coursekit.plain_files import copy_only_plain_files
    from coursekit.save_marks import SaveMarks
    from coursekit.stubs import NamedStubs
    from coursekit.submitted_notebook import SubmissionExporter
except Exception as error:
    # nbgrader would go on without these settings: no sandbox, and hidden tests in every page.
    raise SystemExit(
        f"Nothing was done, as nbgrader_config.py cannot be used here: {error}. Run nbgrader from "
        "the environment that the course kit is installed in (.venv/bin/nbgrader)."
    ) from error

c = get_config()

# nbgrader calls `alembic` by name when it creates a gradebook; it lies beside this Python.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

copy_only_plain_files()
only_write_pages()

c.CourseDirectory.course_id = "deep-learning"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)

# A student's Validate button uses this too, and must wait for training cells.
c.Execute.timeout = 900

c.GenerateAssignment.preprocessors = [
    LockCells,
    NamedStubs,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]

c.Autograde.exporter_class = SubmissionExporter
c.Autograde.sanitize_preprocessors = [
    CleanSubmission,
    ClearOutput,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
c.OverwriteCells.add_missing_cells = True
c.Autograde.autograde_preprocessors = [
    ExecuteSubmission,
    LimitOutput,
    SaveMarks,
    AssignLatePenalties,
    CheckCellMetadata,
]
c.ExecuteSubmission.timeout = 60
c.ExecuteSubmission.preload = [
    "matplotlib.pyplot",
    "numpy",
    "PIL.Image",
    "sklearn.linear_model",
    "sklearn.neighbors",
    "torch",
    "torch._dynamo",  # the first optimizer would import it
    "torch.utils.data",
    "tqdm.auto",
    "yaml",
]

c.GenerateFeedback.preprocessors = [GetGrades, RedactFeedback]

# Feedback and formgrader pages load nothing from the network, and run nothing of a submission.
c.HTMLExporter.filters = FILTERS
c.HTMLExporter.default_preprocessors = [ShownCells, CSSHTMLHeaderPreprocessor]
c.HTMLExporter.sanitize_html = True  # outputs; the filter for markdown does it by itself
c.HTMLExporter.extra_template_basedirs = [
    str(Path(package.__file__).parent / "templates")
    for package in (coursekit, nbgrader.server_extensions.formgrader)
]
c.FormgradeExtension.debug = False  # else it shows its whole configuration to the TA
