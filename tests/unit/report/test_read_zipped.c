/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Word documents, OpenDocument texts and e-books: numbers of lists, headings, tables, notes, pages; what is broken is refused. */
#include "tests/unit/report/make_zip.h"
#include "tests/unit/report/parse_text.h"

#define W       "<w:document xmlns:w='w'><w:body>"
#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define HEAD(level, text)                                                                                    \
    "<w:p><w:pPr><w:pStyle w:val='H" level "'/></w:pPr><w:r><w:t xml:space='preserve'>" text                 \
    "</w:t></w:r></w:p>"
#define ITEM(list, level, text)                                                                              \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val='" level "'/><w:numId w:val='" list                                  \
    "'/></w:numPr></w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"
#define CELL(text) "<w:tc>" P(text) "</w:tc>"

static const char styles[] =
    "<w:styles xmlns:w='w'><w:style w:styleId='H1'><w:name w:val='heading 1'/></w:style>"
    "<w:style w:styleId='H2'><w:name w:val='heading 2'/></w:style>"
    "<w:style w:styleId='T'><w:name w:val='Title'/></w:style></w:styles>";
static const char numbering[] =
    "<w:numbering xmlns:w='w'><w:abstractNum w:abstractNumId='7'>"
    "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl>"
    "<w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='lowerLetter'/><w:lvlText "
    "w:val='(%2)'/></w:lvl></w:abstractNum>"
    "<w:abstractNum w:abstractNumId='8'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/><w:lvlText "
    "w:val='x'/></w:lvl>"
    "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num>"
    "<w:num w:numId='2'><w:abstractNumId w:val='8'/></w:num></w:numbering>";
static const char footnotes[] =
    "<w:footnotes xmlns:w='w'><w:footnote w:id='2'><w:p><w:r><w:t>A note on visits.</w:t></w:r>"
    "</w:p></w:footnote></w:footnotes>";

static const char document[] = W
    "<w:p><w:pPr><w:pStyle w:val='T'/></w:pPr><w:r><w:t>Inspection of Ashcombe local authority "
    "children\xE2\x80\x99s "
    "services</w:t></w:r></w:p>" P("Inspection dates: 4 to 15 March 2024") P(
        "Lead inspector: Jane Roe, HMI") "<w:tbl><w:tr>" CELL("Judgement")
        CELL("Grade") "</w:tr><w:tr>" CELL("Overall effectiveness") CELL(
            "Requires improvement to be good") "</w:tr></w:tbl>" HEAD("1", "What needs to improve?")
            ITEM("2", "0", "The timeliness of visits.") ITEM("2", "0", "The plans.") HEAD(
                "1", "The experiences and progress of children in care: good") ITEM("1", "0",
                                                                                    "Children do well.")
                ITEM("1", "1",
                     "They say so.") "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId "
                                     "w:val='1'/></w:numPr></w:pPr><w:r><w:t>Visits are "
                                     "</w:t></w:r><w:del><w:r><w:delText>never "
                                     "</w:delText></w:r></w:del><w:ins><w:r><w:t>mostly </w:t></w:r></w:ins>"
                                     "<w:r><w:lastRenderedPageBreak/><w:t>in time.</w:t><w:footnoteReference "
                                     "w:id='2'/></w:r></w:p>" ITEM(
                                         "1", "0", "Homes are stable.") "<w:sectPr/></w:body></w:document>";

/* The report of an archive of these parts; fails the test when it cannot be read. */
static ofs_report *read_zip(const char *suffix, const zip_part *parts) {
    char *folder = test_temp_dir(), *path = test_format("%s/report%s", folder, suffix);
    assert_true(make_zip(path, parts));
    ofs_report *report = read_report(path, NULL);
    free(path);
    test_temp_remove(folder);
    return report;
}

static void refuse(const char *suffix, const zip_part *parts, const char *reason) {
    char *folder = test_temp_dir(), *path = test_format("%s/report%s", folder, suffix);
    ofs_error err = {0};
    ofs_report *report = NULL;
    if (parts)
        assert_true(make_zip(path, parts));
    else
        test_write_text(path, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 is what older ones begin with");
    assert_int_equal(ofs_report_read(path, NULL, keep_report, &report, &err), OFS_E_INPUT);
    if (!strstr(err.message, reason) || !strstr(err.message, path))
        test_die("\"%s\" does not say \"%s\"", err.message, reason);
    free(path);
    test_temp_remove(folder);
}

/* What the same report holds in each of the three formats. */
static void check_report(const ofs_report *report, uint32_t pages) {
    assert_string_equal(report->profile, "ofsted-ilacs-2018");
    assert_string_equal(report->title,
                        "Inspection of Ashcombe local authority children\xE2\x80\x99s services");
    assert_string_equal(report->provider, "Ashcombe");
    assert_string_equal(report->lead_inspector, "Jane Roe");
    assert_date(report->inspected_to, "2024-03-15");
    assert_int_equal(report->judgement_count, 1);
    assert_string_equal(report->judgements[0].grade.label, "Requires improvement");
    assert_int_equal(count_kind(report, OFS_KIND_RECOMMENDATION), 2);
    assert_int_equal(report->pages, pages);
    assert_non_null(strstr(unit_of(report, "1", OFS_KIND_PARAGRAPH)->text, "Children do well."));
    assert_non_null(strstr(unit_of(report, "1", OFS_KIND_PARAGRAPH)->text, "They say so."));
    assert_string_equal(unit_of(report, "2", OFS_KIND_PARAGRAPH)->text, "Visits are mostly in time.");
    const ofs_paragraph *last = unit_of(report, "3", OFS_KIND_PARAGRAPH);
    assert_string_equal(last->text, "Homes are stable.");
    assert_int_equal(last->page, pages);
    assert_section(report, last, "The experiences and progress of children in care", "Good");
}

static void check_note(const ofs_report *report) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        found += report->paragraphs[i].kind == OFS_KIND_NOTE &&
                 strcmp(report->paragraphs[i].text, "A note on visits.") == 0;
    assert_int_equal(found, 1);
}

static void a_word_document_is_a_report(void **state) {
    (void)state;
    ofs_report *report = read_zip(".docx", (const zip_part[]){{"[Content_Types].xml", "<Types/>"},
                                                              {"word/document.xml", document},
                                                              {"word/styles.xml", styles},
                                                              {"word/numbering.xml", numbering},
                                                              {"word/footnotes.xml", footnotes},
                                                              {NULL, NULL}});
    check_report(report, 2);
    check_note(report);
    ofs_report_free(report);
}

#define T(text)  "<text:p>" text "</text:p>"
#define LI(text) "<text:list-item>" T(text) "</text:list-item>"

static const char content[] = "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:table='b' "
                              "xmlns:style='s'><office:automatic-styles>"
                              "<text:list-style style:name='L1'><text:list-level-style-number text:level='1' "
                              "style:num-format='1' "
                              "style:num-suffix='.'/><text:list-level-style-number text:level='2' "
                              "style:num-format='a' "
                              "style:num-prefix='(' "
                              "style:num-suffix=')'/></text:list-style><text:list-style "
                              "style:name='L2'><text:list-level-style-bullet "
                              "text:level='1'/></text:list-style></"
                              "office:automatic-styles><office:body><office:text><text:tracked-changes>" T("G"
                                                                                                           "o"
                                                                                                           "n"
                                                                                                           "e"
                                                                                                           ".") "</text:tracked-changes><text:p text:style-name='Title'>Inspection of Ashcombe "
                                                                                                                "local authority "
                                                                                                                "children\xE2\x80\x99s<text:s/>services</text:p>" T(
                                                                                                                    "Inspection dates: 4 to 15 "
                                                                                                                    "March 2024")
                                                                                                                    T(
                                                                                                                        "Lead "
                                                                                                                        "inspector: "
                                                                                                                        "Jane Roe, HMI") "<table:table><table:table-row><table:table-cell>" T("Judgement") "</table:table-cell><table:table-cell>" T("Grade") "</table:table-cell></table:table-row><table:table-row>"
                                                                                                                                                                                                                                                              "<table:table-cell>" T(
                                                                                                                                                                                                                                                                  "Overall effectiveness") "</"
                                                                                                                                                                                                                                                                                           "table:table-cell><"
                                                                                                                                                                                                                                                                                           "table:table-cell>" T("Requires "
                                                                                                                                                                                                                                                                                                                 "improvement to be "
                                                                                                                                                                                                                                                                                                                 "good") "</"
                                                                                                                                                                                                                                                                                                                         "table:"
                                                                                                                                                                                                                                                                                                                         "table-"
                                                                                                                                                                                                                                                                                                                         "cell></"
                                                                                                                                                                                                                                                                                                                         "table:"
                                                                                                                                                                                                                                                                                                                         "table-row>"
                                                                                                                                                                                                                                                                                                                         "</"
                                                                                                                                                                                                                                                                                                                         "table:"
                                                                                                                                                                                                                                                                                                                         "table>"
                                                                                                                                                                                                                                                                                                                         "<text:h "
                                                                                                                                                                                                                                                                                                                         "text:"
                                                                                                                                                                                                                                                                                                                         "outline-"
                                                                                                                                                                                                                                                                                                                         "level='1'>"
                                                                                                                                                                                                                                                                                                                         "What "
                                                                                                                                                                                                                                                                                                                         "needs to "
                                                                                                                                                                                                                                                                                                                         "improve?</"
                                                                                                                                                                                                                                                                                                                         "text:h><"
                                                                                                                                                                                                                                                                                                                         "text:list "
                                                                                                                                                                                                                                                                                                                         "text:"
                                                                                                                                                                                                                                                                                                                         "style-"
                                                                                                                                                                                                                                                                                                                         "name='L2'"
                                                                                                                                                                                                                                                                                                                         ">" LI("The"
                                                                                                                                                                                                                                                                                                                                " ti"
                                                                                                                                                                                                                                                                                                                                "mel"
                                                                                                                                                                                                                                                                                                                                "ine"
                                                                                                                                                                                                                                                                                                                                "ss "
                                                                                                                                                                                                                                                                                                                                "of "
                                                                                                                                                                                                                                                                                                                                "vis"
                                                                                                                                                                                                                                                                                                                                "its"
                                                                                                                                                                                                                                                                                                                                ".") LI("The "
                                                                                                                                                                                                                                                                                                                                        "plans"
                                                                                                                                                                                                                                                                                                                                        ".") "<"
                                                                                                                                                                                                                                                                                                                                             "/"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "x"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             ":"
                                                                                                                                                                                                                                                                                                                                             "l"
                                                                                                                                                                                                                                                                                                                                             "i"
                                                                                                                                                                                                                                                                                                                                             "s"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             ">"
                                                                                                                                                                                                                                                                                                                                             "<"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "x"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             ":"
                                                                                                                                                                                                                                                                                                                                             "h"
                                                                                                                                                                                                                                                                                                                                             " "
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "x"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             ":"
                                                                                                                                                                                                                                                                                                                                             "o"
                                                                                                                                                                                                                                                                                                                                             "u"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "l"
                                                                                                                                                                                                                                                                                                                                             "i"
                                                                                                                                                                                                                                                                                                                                             "n"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "-"
                                                                                                                                                                                                                                                                                                                                             "l"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "v"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "l"
                                                                                                                                                                                                                                                                                                                                             "="
                                                                                                                                                                                                                                                                                                                                             "'"
                                                                                                                                                                                                                                                                                                                                             "1"
                                                                                                                                                                                                                                                                                                                                             "'"
                                                                                                                                                                                                                                                                                                                                             ">"
                                                                                                                                                                                                                                                                                                                                             "T"
                                                                                                                                                                                                                                                                                                                                             "h"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             " "
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "x"
                                                                                                                                                                                                                                                                                                                                             "p"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "r"
                                                                                                                                                                                                                                                                                                                                             "i"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "n"
                                                                                                                                                                                                                                                                                                                                             "c"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "s"
                                                                                                                                                                                                                                                                                                                                             " "
                                                                                                                                                                                                                                                                                                                                             "a"
                                                                                                                                                                                                                                                                                                                                             "n"
                                                                                                                                                                                                                                                                                                                                             "d"
                                                                                                                                                                                                                                                                                                                                             " "
                                                                                                                                                                                                                                                                                                                                             "p"
                                                                                                                                                                                                                                                                                                                                             "r"
                                                                                                                                                                                                                                                                                                                                             "o"
                                                                                                                                                                                                                                                                                                                                             "g"
                                                                                                                                                                                                                                                                                                                                             "r"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "s"
                                                                                                                                                                                                                                                                                                                                             "s"
                                                                                                                                                                                                                                                                                                                                             " "
                                                                                                                                                                                                                                                                                                                                             "o"
                                                                                                                                                                                                                                                                                                                                             "f"
                                                                                                                                                                                                                                                                                                                                             " "
                                                                                                                                                                                                                                                                                                                                             "c"
                                                                                                                                                                                                                                                                                                                                             "h"
                                                                                                                                                                                                                                                                                                                                             "i"
                                                                                                                                                                                                                                                                                                                                             "l"
                                                                                                                                                                                                                                                                                                                                             "d"
                                                                                                                                                                                                                                                                                                                                             "r"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "n"
                                                                                                                                                                                                                                                                                                                                             " "
                                                                                                                                                                                                                                                                                                                                             "i"
                                                                                                                                                                                                                                                                                                                                             "n"
                                                                                                                                                                                                                                                                                                                                             " "
                                                                                                                                                                                                                                                                                                                                             "c"
                                                                                                                                                                                                                                                                                                                                             "a"
                                                                                                                                                                                                                                                                                                                                             "r"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             ":"
                                                                                                                                                                                                                                                                                                                                             " "
                                                                                                                                                                                                                                                                                                                                             "g"
                                                                                                                                                                                                                                                                                                                                             "o"
                                                                                                                                                                                                                                                                                                                                             "o"
                                                                                                                                                                                                                                                                                                                                             "d"
                                                                                                                                                                                                                                                                                                                                             "<"
                                                                                                                                                                                                                                                                                                                                             "/"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "x"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             ":"
                                                                                                                                                                                                                                                                                                                                             "h"
                                                                                                                                                                                                                                                                                                                                             ">"
                                                                                                                                                                                                                                                                                                                                             "<"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "x"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             ":"
                                                                                                                                                                                                                                                                                                                                             "l"
                                                                                                                                                                                                                                                                                                                                             "i"
                                                                                                                                                                                                                                                                                                                                             "s"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             " "
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "x"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             ":"
                                                                                                                                                                                                                                                                                                                                             "s"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "y"
                                                                                                                                                                                                                                                                                                                                             "l"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "-"
                                                                                                                                                                                                                                                                                                                                             "n"
                                                                                                                                                                                                                                                                                                                                             "a"
                                                                                                                                                                                                                                                                                                                                             "m"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "="
                                                                                                                                                                                                                                                                                                                                             "'"
                                                                                                                                                                                                                                                                                                                                             "L"
                                                                                                                                                                                                                                                                                                                                             "1"
                                                                                                                                                                                                                                                                                                                                             "'"
                                                                                                                                                                                                                                                                                                                                             ">"
                                                                                                                                                                                                                                                                                                                                             "<"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "x"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             ":"
                                                                                                                                                                                                                                                                                                                                             "l"
                                                                                                                                                                                                                                                                                                                                             "i"
                                                                                                                                                                                                                                                                                                                                             "s"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "-"
                                                                                                                                                                                                                                                                                                                                             "i"
                                                                                                                                                                                                                                                                                                                                             "t"
                                                                                                                                                                                                                                                                                                                                             "e"
                                                                                                                                                                                                                                                                                                                                             "m"
                                                                                                                                                                                                                                                                                                                                             ">" T("Children do well.") "<text:list>" LI(
                                                                                                                                                                                                                                                                                                                                                 "They say so.") "</text:list></text:list-item><text:list-item><text:p>Visits are mostly <text:soft-page-break/>in time.<text:note>"
                                                                                                                                                                                                                                                                                                                                                                 "<text:note-citation>1</text:note-citation><text:note-body>" T("A note on visits.") "</text:note-body></text:note>"
                                                                                                                                                                                                                                                                                                                                                                                                                                                     "</text:p></text:list-item></text:list><text:list text:style-name='L1' text:continue-numbering='true'>" LI(
                                                                                                                                                                                                                                                                                                                                                                                                                                                         "Homes are stable.") "</text:list></office:text></office:body></office:document-content>";

static void an_opendocument_text_is_a_report(void **state) {
    (void)state;
    ofs_report *report = read_zip(".odt", (const zip_part[]){{"content.xml", content}, {NULL, NULL}});
    check_report(report, 2);
    check_note(report);
    ofs_report_free(report);
}

static const zip_part book[] = {
    {"META-INF/container.xml",
     "<container><rootfiles><rootfile full-path='OEBPS/p.opf'/></rootfiles></container>"},
    {"OEBPS/p.opf",
     "<package><manifest><item id='b' href='two%20b.xhtml'/><item id='a' href='one.xhtml'/></manifest><spine>"
     "<itemref idref='a'/><itemref idref='b'/></spine></package>"},
    {"OEBPS/two b.xhtml",
     "<html><body><h2>The experiences and progress of children in care: good</h2><ol><li>Children do "
     "well. They say so.</li><li>Visits are mostly in time.</li><li>Homes are stable.</li></ol></body>"
     "</html>"},
    {"OEBPS/one.xhtml", "<html><body><h1>Inspection of Ashcombe local authority children\xE2\x80\x99s "
                        "services</h1><p>Inspection dates: 4 to 15 "
                        "March 2024</p><p>Lead inspector: Jane Roe, "
                        "HMI</p><table><tr><td>Judgement</td><td>Grade</td></tr><tr><td>Overall "
                        "effectiveness</td><td>Requires improvement to be good</td></tr></table><h2>What "
                        "needs to improve?</h2><ul><li>The "
                        "timeliness of visits.</li><li>The plans.</li></ul></body></html>"},
    {NULL, NULL}};

static void an_e_book_is_a_report_in_the_order_of_its_spine(void **state) {
    (void)state;
    ofs_report *report = read_zip(".epub", book);
    check_report(report, 0);
    ofs_report_free(report);
}

static void what_is_broken_is_refused_with_its_place(void **state) {
    (void)state;
    static const char bomb[] =
        "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
        "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>&b;&b;</w:t></w:r></w:p></w:body></w:document>";
    refuse(".docx", NULL, "older Word (.doc)");
    refuse(".odt", NULL, "older Word (.doc)");
    refuse(".epub", NULL, "older Word (.doc)");
    refuse(".docx", (const zip_part[]){{"content.xml", content}, {NULL, NULL}}, "word/document.xml");
    refuse(".odt", (const zip_part[]){{"word/document.xml", document}, {NULL, NULL}}, "content.xml");
    refuse(".epub", (const zip_part[]){{"content.xml", content}, {NULL, NULL}}, "META-INF/container.xml");
    refuse(".docx", (const zip_part[]){{"word/document.xml", "<w:document>\n<w:body>"}, {NULL, NULL}},
           "line 2");
    refuse(".epub", (const zip_part[]){book[0], book[1], book[2], {NULL, NULL}}, "OEBPS/one.xhtml");
    /* Entities stay what they are: no text comes of them. */
    refuse(".docx", (const zip_part[]){{"word/document.xml", bomb}, {NULL, NULL}}, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_document_is_a_report),
        cmocka_unit_test(an_opendocument_text_is_a_report),
        cmocka_unit_test(an_e_book_is_a_report_in_the_order_of_its_spine),
        cmocka_unit_test(what_is_broken_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
