#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the sample reports that are PDFs from their sources in src/: sh corpus/make-pdfs.sh [NAME...]
# Needs weasyprint and the DejaVu fonts (Debian: weasyprint, fonts-dejavu-core) and awk.
set -eu
cd "$(dirname "$0")"

command -v weasyprint >/dev/null || {
    echo "make-pdfs.sh: weasyprint is not installed (Debian: apt-get install weasyprint fonts-dejavu-core)" >&2
    exit 1
}
[ $# -gt 0 ] || set -- src/*.report

# A fixed time: the same source makes the same bytes, wherever and whenever it is built.
SOURCE_DATE_EPOCH=1577836800
export SOURCE_DATE_EPOCH

page=$(mktemp)
trap 'rm -f "$page"' EXIT
for name; do
    name=$(basename "$name" .report)
    awk -f src/report.awk "src/$name.report" >"$page"
    weasyprint -q -s src/report.css "$page" "$name.pdf"
    echo "$name.pdf"
done
