/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as the parser understands it: metadata, sections with grades, paragraphs, the report's own table of
 * judgements, and what the parser was not sure of. Plain data, read-only for its users.
 *
 * Strings are UTF-8, NUL-terminated, without control characters other than '\n' inside texts; NULL is "the file does
 * not say". A report and all it points to is one allocation scope, given back by ofs_report_free().
 */
#ifndef OFSEARCH_REPORT_H
#define OFSEARCH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ofsearch/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A day: days since 1970-01-01; OFS_NO_DATE when the text gives none. */
typedef int32_t ofs_date;
#define OFS_NO_DATE INT32_MIN
/* "No section" in ofs_paragraph.section. */
#define OFS_NO_SECTION UINT32_MAX

typedef enum ofs_kind {
    OFS_KIND_PARAGRAPH = 0,  /* numbered prose */
    OFS_KIND_RECOMMENDATION, /* one bullet or number of a list of recommendations */
    OFS_KIND_STATEMENT,      /* unnumbered prose */
    OFS_KIND_NOTE /* legends, back matter, captions: kept, but out of the ranking unless asked for */
} ofs_kind;
enum { OFS_KIND_COUNT = 4 };

/* level 1 is the best of `levels`; label as the inspectorate's scale spells it. level 0 and label NULL: no grade. */
typedef struct ofs_grade {
    const char *label;
    uint8_t level;
    uint8_t levels;
} ofs_grade;

/* How sure the parser is that it read a report as it is meant; its reasons are sentences beside it. */
typedef enum ofs_confidence {
    OFS_CONFIDENCE_UNKNOWN = 0, /* it was not asked: text that another program has read */
    OFS_CONFIDENCE_LOW,
    OFS_CONFIDENCE_MEDIUM,
    OFS_CONFIDENCE_HIGH
} ofs_confidence;
enum { OFS_CONFIDENCE_COUNT = 4 };

typedef struct ofs_section {
    const char *const *path; /* headings from the outermost to this one */
    uint32_t
        depth; /* how many, at least 1; 0 only where a .jsonl gives grade or role to a paragraph outside all sections */
    ofs_grade grade; /* the section's own, or inherited where the report's structure says so */
    const char *
        role; /* "recommendations", "summary", ...: its own, or of the nearest section around it with one; else NULL */
} ofs_section;

typedef struct ofs_paragraph {
    const char *number; /* as printed ("12", "2.1"), NULL when unnumbered */
    uint32_t item;      /* place in the paragraph's list of recommendations, from 1; 0 when none */
    uint32_t page;      /* page it begins on, from 1; 0 when the file has no pages */
    uint32_t section;   /* index into sections, or OFS_NO_SECTION */
    ofs_kind kind;
    const char *text;
    size_t text_size;      /* bytes */
    const char *timescale; /* of a recommendation ("Within three months"), else NULL */
} ofs_paragraph;

typedef struct ofs_judgement {
    const char *const
        *path; /* as the report's own table prints it, under its headings; or a section's name */
    uint32_t depth;
    ofs_grade grade;
} ofs_judgement;

typedef struct ofs_report {
    const char *path;    /* of the file */
    const char *id;      /* jsonl: as given there; else from the file's name, without folder and suffix */
    const char *profile; /* which layout it was read as */
    const char *
        profile_cue; /* the words that layout was recognised by; NULL when it was asked for or is the last resort */
    const char *title;
    const char *provider; /* as the report prints it */
    /* One name for all that mean it, by the table of aliases: "Lambeth" for "London Borough of Lambeth". */
    const char *provider_name;
    const char *const *
        provider_also; /* names that find it, too: other ones, predecessors', those who work for it; of a .jsonl that gives them as it does */
    uint32_t provider_also_count;
    const char *provider_id;
    const char *inspectorate;
    const char *inspection; /* its kind: "Focused visit", "School inspection" */
    ofs_grade overall; /* of the whole report, where one grade says it; its own table or heading gives it */
    bool has_scale;    /* reports of this layout give their sections grades */
    /*
     * Of a .jsonl, which may have them from an earlier reading: how many sections are graded, where that is more than are
     * among `sections`, and how many warnings there were beside `warnings`. Else 0.
     */
    uint32_t graded_sections;
    uint32_t earlier_warnings;
    const char *lead_inspector;
    ofs_date inspected_from;
    ofs_date inspected_to;
    ofs_date published;
    uint32_t pages; /* 0 when the file has none */
    ofs_section *sections;
    uint32_t section_count;
    ofs_paragraph *paragraphs; /* in reading order */
    uint32_t paragraph_count;
    ofs_judgement *judgements;
    uint32_t judgement_count;
    const char *const *warnings; /* whole sentences for a person */
    uint32_t warning_count;
    /*
     * Of the last report of a .jsonl: how many lines of the whole file are left out, which is the first, and why. NULL where
     * none is, and in every other report.
     */
    const char *left_out;
    ofs_confidence confidence;
    const char *const *reasons; /* for the confidence: sentences, what was found and what is missing */
    uint32_t reason_count;
} ofs_report;

typedef struct ofs_read_options {
    /* a built-in profile's name or a profile file's path; NULL: recognised from the text */
    const char *profile;
    /* a file of names of providers that count before the program's own table (REPORTS.md); NULL: none */
    const char *aliases;
    /*
     * Whether a PDF without a text layer goes through the programs pdftoppm and tesseract, page by page, and the language
     * they read by tesseract's name; NULL: "eng".
     */
    bool ocr;
    const char *ocr_language;
    /* Limits for reading one PDF, which happens in a process of its own. */
    uint32_t pdf_seconds; /* wall time; 0: 60 */
    uint64_t pdf_memory;  /* bytes of address space; 0: 1 GiB */
} ofs_read_options;

/*
 * Gets each report of a file in order (a .jsonl holds many, the others one) and owns it from then on: it must be given
 * back with ofs_report_free(), from any thread. A status other than OFS_OK stops the reading and is returned by it.
 */
typedef ofs_status (*ofs_report_visit)(void *context, ofs_report *report, ofs_error *err);

/* Whether a file of that name would be read, by its suffix: .pdf .html .htm .xhtml .docx .odt .epub .txt .md .jsonl. */
OFS_API bool ofs_report_is_readable(const char *path);

/*
 * Reads the file `path` by its suffix (others than ofs_report_is_readable() knows: OFS_E_INPUT) and gives every report in it to `visit`.
 * options may be NULL. Errors: OFS_E_INPUT with the reason when the file is not a readable report, OFS_E_IO,
 * OFS_E_NOMEM, OFS_E_NOT_FOUND (no such profile), or what visit returned. Thread-safe.
 */
OFS_API ofs_status ofs_report_read(const char *path, const ofs_read_options *options, ofs_report_visit visit,
                                   void *context, ofs_error *err);

/* Gives back a report; NULL is allowed. */
OFS_API void ofs_report_free(ofs_report *report);

/*
 * The report as the JSON object of `ofindex parse --format json`, one line or indented by two. *json is owned by the
 * caller and given back with ofs_free(). Errors: OFS_E_NOMEM.
 */
OFS_API ofs_status ofs_report_json(const ofs_report *report, bool indent, char **json, ofs_error *err);

/* The same for people: an outline of metadata, sections with grades and paragraph ranges, judgements, warnings. */
OFS_API ofs_status ofs_report_outline(const ofs_report *report, char **text, ofs_error *err);

/* "paragraph", "recommendation", "statement", "note". Static. */
OFS_API const char *ofs_kind_name(ofs_kind kind);

/* "low", "medium", "high"; NULL for OFS_CONFIDENCE_UNKNOWN. Static. */
OFS_API const char *ofs_confidence_name(ofs_confidence confidence);

/* Gives back a string of this library that its documentation says is the caller's. NULL is allowed. */
OFS_API void ofs_free(void *memory);

#ifdef __cplusplus
}
#endif

#endif
