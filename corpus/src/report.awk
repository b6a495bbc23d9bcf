# SPDX-License-Identifier: GPL-3.0-or-later
# Turns the plain markup of a sample report (src/*.report) into a page of HTML for weasyprint; make-pdfs.sh calls it.
#
#   !head TEXT    running head or footer of every page but the first      !title TEXT   the report's title
#   !cover TEXT   a line of the cover: council, dates, inspector           !row LABEL | GRADE | DEPTH   a judgement
#   !page         starts a page                                           !start N      number of the next paragraph
#   # TEXT        heading      ## TEXT     smaller heading                 !toc TEXT   the contents: a heading, word for word
#   # TEXT | GRADE   heading with its grade at the right
#   - TEXT        bullet       . TEXT      paragraph without a number
#   any other line is a numbered paragraph; an empty line means nothing

function escape(s) {
    gsub(/&/, "\\&amp;", s)
    gsub(/</, "\\&lt;", s)
    gsub(/>/, "\\&gt;", s)
    return s
}

function leave(kind) {
    if (open_list && kind != "list") {
        print "</ul>"
        open_list = 0
    }
    if (open_table && kind != "table") {
        print "</table>"
        open_table = 0
    }
}

# A contents line finds its page by the words of the heading it repeats; where several headings have the same words, the
# nth such line finds the nth.
function place(s, kind) {
    gsub(/[^A-Za-z0-9]+/, "-", s)
    sub(/-$/, "", s)
    seen[kind, s]++
    return "to-" s (seen[kind, s] > 1 ? "-" seen[kind, s] : "")
}

function begin(head, title) {
    print "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>" title "</title></head><body>"
    print "<div class=\"running\">" head "</div>"
    begun = 1
}

BEGIN { number = 1 }

/^[ \t]*$/ { next }

{
    rest = $0
    sub(/^[^ ]+ */, "", rest)
    rest = escape(rest)
}

/^!head / { head = rest; next }

/^!title / {
    if (!begun)
        begin(head, rest)
    leave("")
    print "<h1 id=\"" place(rest, "heading") "\">" rest "</h1>"
    next
}

/^!cover / { leave(""); print "<p class=\"cover\">" rest "</p>"; next }
/^!toc / { leave(""); print "<p class=\"toc\"><a href=\"#" place(rest, "line") "\">" rest "</a></p>"; next }
/^!page/ { leave(""); print "<div class=\"page\"></div>"; next }
/^!start / { number = rest + 0; next }

/^!row / {
    leave("table")
    if (!open_table) {
        print "<table>"
        open_table = 1
    }
    split(rest, cell, / *\| */)
    if (cell[2] == "")
        print "<tr><td colspan=\"2\">" cell[1] "</td></tr>"
    else
        print "<tr><td class=\"depth" (cell[3] + 0) "\">" cell[1] "</td><td class=\"grade\">" cell[2] "</td></tr>"
    next
}

/^## / { leave(""); print "<h3 id=\"" place(rest, "heading") "\">" rest "</h3>"; next }

/^# / {
    leave("")
    cells = split(rest, cell, / *\| */)
    grade = cells > 1 ? "<span class=\"right\">" cell[2] "</span>" : ""
    print "<h2 id=\"" place(cell[1], "heading") "\">" grade cell[1] "</h2>"
    next
}

/^\. / { leave(""); print "<p>" rest "</p>"; next }

/^- / {
    leave("list")
    if (!open_list) {
        print "<ul>"
        open_list = 1
    }
    print "<li>" rest "</li>"
    next
}

/^!/ {
    print FILENAME ":" FNR ": unknown mark: " $0 > "/dev/stderr"
    failed = 1
    exit 1
}

{
    leave("")
    print "<p class=\"numbered\"><span class=\"number\">" number ".</span> " escape($0) "</p>"
    number++
}

END {
    leave("")
    if (!failed)
        print "</body></html>"
}
