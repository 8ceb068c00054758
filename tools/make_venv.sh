#!/usr/bin/env bash
# make_venv.sh FOLDER [PYTHON]: a virtual environment with a Python that the pinned versions run on.
set -euo pipefail
folder=$1
wanted=${2:-}
fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

if [ -x "$folder/bin/python" ] && "$folder/bin/python" -c "$fits" && "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0 # an environment that was made by hand will do
fi
for python in ${wanted:-python3 python3.13 python3.12 python3.11 python}; do
    if "$python" -c "$fits" >/dev/null 2>&1; then
        echo "Making $folder with $("$python" --version) ($(command -v "$python"))"
        exec "$python" -m venv "$folder"
    fi
done
cat >&2 <<MESSAGE
This book needs Python 3.11, 3.12 or 3.13; ${wanted:-python3} is $("${wanted:-python3}" --version 2>/dev/null || echo "not there").
Install one of them, or name one that you have:  make book PYTHON=/path/to/python3.12
MESSAGE
exit 1
