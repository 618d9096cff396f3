@echo off
rem Checks your three notebooks and the checkpoint, and packs them for handing in:
rem
rem     CollectSubmission.bat 2000-00000            (your student id)
rem     CollectSubmission.bat 2000-00000 --check    (also shows the result of each check)
rem
rem The work is done by utils\submission.py; this script finds a Python to run it with.

setlocal
pushd "%~dp0"
if errorlevel 1 exit /b 1

if not exist utils\submission.py (
    echo Not packed: utils\submission.py is missing beside this script; unpack the assignment again and copy your notebooks into it. 1>&2
    popd
    exit /b 1
)

set "PYTHON_COMMAND="
call :try .venv\Scripts\python
if not defined PYTHON_COMMAND call :try python
if not defined PYTHON_COMMAND call :try py -3
if not defined PYTHON_COMMAND call :try python3
if not defined PYTHON_COMMAND (
    echo Not packed: no Python 3.9 or newer was found; activate the environment in which you run JupyterLab, then run this again. 1>&2
    popd
    exit /b 1
)

call %PYTHON_COMMAND% -I utils\submission.py %*
set "STATUS=%ERRORLEVEL%"
popd
exit /b %STATUS%

:try
rem "python" may be a signpost to a shop instead of a Python, so each is tried out.
rem With "call", since it may be a script too.
call %* -I -c "import sys; sys.exit(sys.version_info < (3, 9))" >nul 2>nul
if "%ERRORLEVEL%"=="0" set "PYTHON_COMMAND=%*"
exit /b 0
