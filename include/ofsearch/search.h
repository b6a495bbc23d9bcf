/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking an index: what ofsearch does, as functions.
 *
 * An ofs_index is one commit of an index, opened for reading; later commits do not change it. It may be used by one
 * thread at a time; open it once for each thread. Xapian keeps a commit only until the next but one: a question that finds it
 * gone is asked of the newest one, as ofs_results.index_generation says, and numbers of paragraphs (ofs_hit.doc) from before
 * are void.
 */
#ifndef OFSEARCH_SEARCH_H
#define OFSEARCH_SEARCH_H

#include <ofsearch/error.h>
#include <ofsearch/report.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ofs_index ofs_index;

/* How an index is opened; zero means the default. */
typedef struct ofs_open_options {
    uint32_t timeout_ms; /* a server that gives no answer for so long has failed; 0: 10,000 */
    /*
     * Answer from the shards of an index that answer themselves, statistics and totals being theirs: ofs_results.missing names the
     * others. Without it an index that is not whole is an error.
     */
    bool partial;
} ofs_open_options;

/* A shard that an answer is without. */
typedef struct ofs_missing {
    const char *shard; /* its address or path; one that was not given: its place, as "shard-2 of 4" */
    const char *error; /* why */
} ofs_missing;

/*
 * Opens the newest commit of the index at `place`: a folder, whichever engine has made the index; an index file that names
 * Xapian databases; or the addresses of servers of such, "xapian+tcp://HOST:PORT", with commas between. Several databases
 * answer as one index of all of their reports. Servers that are lost are dialled again by the next question: one that failed
 * with OFS_E_NETWORK or OFS_E_TIMEOUT may be asked again. OFS_E_NO_INDEX, OFS_E_CORRUPT, OFS_E_UNSUPPORTED, OFS_E_IO,
 * OFS_E_NOMEM; of databases OFS_E_MODIFIED when they are not of one commit and OFS_E_USAGE when one is given twice or a part of a
 * split index is not given; of servers OFS_E_NETWORK, OFS_E_TIMEOUT, with the one that failed in the message.
 */
OFS_API ofs_status ofs_index_open(const char *place, ofs_index **out, ofs_error *err);
/* Likewise, in this way (NULL: the usual one). */
OFS_API ofs_status ofs_index_open_with(const char *place, const ofs_open_options *options, ofs_index **out,
                                       ofs_error *err);
OFS_API void ofs_index_close(ofs_index *index);
/* The number of the commit that is open, from 1: reports of later commits pass the filter "generation", "N..". */
OFS_API uint64_t ofs_index_generation(const ofs_index *index);
/* The shards that the last answer was without; *out (NULL: none) is borrowed until the next call with this index. OFS_E_NOMEM. */
OFS_API ofs_status ofs_index_missing(ofs_index *index, const ofs_missing **out, size_t *count,
                                     ofs_error *err);

/* What facets count by. */
typedef enum ofs_facet_field {
    OFS_FACET_GRADE,
    OFS_FACET_SECTION,
    OFS_FACET_PROVIDER, /* by provider_name, so that all forms of a name are one */
    OFS_FACET_INSPECTORATE,
    OFS_FACET_YEAR, /* of publication, else of the inspection's last day */
    OFS_FACET_KIND,
    OFS_FACET_REPORT,
    OFS_FACET_OVERALL,    /* the report's overall grade */
    OFS_FACET_INSPECTION, /* its kind of inspection */
    OFS_FACET_ROLE        /* of the section: "recommendations", "summary", ... */
} ofs_facet_field;
enum { OFS_FACET_FIELD_COUNT = 10 };

/* "grade", ... static. */
OFS_API const char *ofs_facet_field_name(ofs_facet_field field);

typedef struct ofs_facet_request {
    ofs_facet_field field;
    uint32_t limit; /* most values given; 0: all */
    bool share;     /* fill ofs_facet_value.of */
} ofs_facet_request;

/* A filter beside the query, as `field:value` in it: field is "grade", "section", "provider", "kind", "inspectorate", ... */
typedef struct ofs_filter {
    const char *field;
    const char *value;
} ofs_filter;

typedef enum ofs_sort {
    OFS_SORT_SCORE,
    OFS_SORT_DATE,  /* newest first; undated last; then report id, then place */
    OFS_SORT_REPORT /* report id, then place in the report */
} ofs_sort;

#define OFS_ALL UINT64_MAX
/* Of a number: not known. */
#define OFS_UNKNOWN UINT64_MAX

/* Which totals are wanted: the fewer, the less a search has to look at. */
typedef enum ofs_totals {
    OFS_TOTALS_ALL,        /* total and report_total */
    OFS_TOTALS_PARAGRAPHS, /* total; report_total is 0 */
    OFS_TOTALS_NONE        /* neither, unless all matches are looked at anyhow: see ofs_results.total */
} ofs_totals;

typedef struct ofs_search_request {
    const char *query;         /* NULL or empty: everything that passes the filters */
    bool any;                  /* words are alternatives */
    bool plain;                /* words alone */
    uint64_t limit;            /* hits wanted; OFS_ALL for all; 0: none, counts and facets alone */
    uint64_t offset;           /* hits passed over */
    bool k1_set, b_set;        /* else 1.2 and 0.75 */
    double k1, b;              /* k1 >= 0, 0 <= b <= 1 */
    const ofs_filter *filters; /* same field: alternatives; different fields: all hold */
    size_t filter_count;
    const ofs_facet_request *facets;
    size_t facet_count;
    ofs_sort sort;
    ofs_totals totals;
    bool explain; /* fill ofs_hit.terms */
    bool no_text; /* hits come with text "" and without highlights: for lists of ids, which are faster so */
    bool
        bare; /* hits come with rank, score and doc alone: ofs_index_fetch() gives the rest of those that are wanted; and
                 nothing is found out for a query that finds nothing (words, suggestion) */
    /* A second query that must hold too, always in the whole language whatever any and plain say; its words score too. */
    const char *also;
    const char *but_report; /* id of a report whose paragraphs do not match; NULL: none */
    bool base;              /* fill ofs_results.base_total and base_reports: one more search */
    /* A facet whose field `filters` restrict is counted as if they did not, so that the alternatives are seen. */
    bool alternatives;
    bool synonyms; /* every word and phrase is widened by what stands for the same, as @word always is */
    /* Words that stand for the same, beside the abbreviations of the index: one group each, parted by commas or tabs. */
    const char *const *synonym_groups;
    size_t synonym_group_count;
    /*
     * Near-identical paragraphs are one hit, the best-ranked of them, with the others in ofs_hit.folded: such as share four
     * fifths of their runs of four words (Broder 1997). limit, offset and rank count these hits; total counts all
     * paragraphs. The text of every match is read for it.
     */
    bool fold_duplicates;
    bool notes; /* fill ofs_results.abbreviations, corrections, did_you_mean and advice */
} ofs_search_request;

/* One term's part of a score. */
typedef struct ofs_term_score {
    const char *term; /* the index's term (a stem), or the pattern as written */
    double weight;    /* from word^2 */
    double idf;
    uint64_t df;  /* live paragraphs that hold it */
    uint32_t tf;  /* in this paragraph */
    double score; /* weight * idf * tf / (tf + k1 * (1 - b + b * len / avglen)) */
} ofs_term_score;

typedef struct ofs_highlight {
    uint32_t start, end; /* bytes in text, half-open */
} ofs_highlight;

typedef struct ofs_report_ref {
    const char *id, *title, *provider, *provider_id, *inspectorate, *path, *profile; /* NULL: not known */
    ofs_date inspected_from, inspected_to, published;
    const char
        *provider_name; /* one name for all that mean the provider, by which facets count; NULL: not known */
    const char *inspection; /* kind of inspection, NULL: not known */
    ofs_grade overall;      /* of the whole report */
} ofs_report_ref;

typedef struct ofs_hit ofs_hit;
struct ofs_hit {
    uint64_t rank; /* from 1, over all matches */
    double score;
    const ofs_report_ref *report;
    const char *number;  /* printed paragraph number, or NULL */
    uint32_t item, page; /* 0: none */
    ofs_kind kind;
    const char *const *section; /* path, section_depth long */
    uint32_t section_depth;
    const char *role; /* of the section, NULL: none is known */
    ofs_grade grade;
    const char *timescale;
    const char *text;
    size_t text_size;
    const ofs_highlight *highlights; /* of the query's words in text, ascending, not overlapping */
    uint32_t highlight_count;
    /* By highlight: a bit for each word, phrase or pattern of the query in it, the first the lowest; from the 64th on they
     * share one. NULL: not known. */
    const uint64_t *highlight_words;
    const ofs_term_score *terms; /* with request.explain */
    uint32_t term_count;
    uint32_t length;       /* words, for explain */
    uint32_t place;        /* of the paragraph in its report, from 0: for ofs_index_paragraphs() */
    uint64_t doc;          /* number of the paragraph in this opened index: for ofs_index_fetch() */
    const ofs_hit *folded; /* with fold_duplicates: paragraphs like this one, by rank, without their text */
    uint32_t folded_count;
};

typedef struct ofs_facet_value {
    const char *const *path; /* 1 string, or a section's path; path NULL: no value ("ungraded") */
    uint32_t depth;
    uint64_t count;
    uint64_t of;   /* with ofs_facet_request.share: paragraphs of this value that pass the filters alone */
    bool selected; /* with alternatives: the field is restricted, and this value passes */
} ofs_facet_value;

typedef struct ofs_facet {
    ofs_facet_field field;
    const ofs_facet_value *values; /* most frequent first, ties in name order */
    uint32_t value_count;
    uint32_t distinct; /* values there are; value_count is at most this */
} ofs_facet;

/* How often a word of the query occurs: for the message when nothing matches. */
typedef struct ofs_word_count {
    const char *word; /* as the query has it */
    uint64_t
        paragraphs; /* that hold it, filters aside; notes are left out, as from every search without kind:note */
    uint64_t without; /* paragraphs that match when this word alone is dropped from the query */
    uint64_t notes;   /* notes that hold it, where no other paragraph does; else 0 */
} ofs_word_count;

/* What the reports of the index say that a word of the query stands for. */
typedef struct ofs_abbreviation {
    const char *word;       /* as the query has it */
    const char *stands_for; /* "local authority designated officer" */
    uint64_t reports;       /* that say so */
    bool widened;           /* the query was asked with it */
} ofs_abbreviation;

/* A word of the query that the index has not got, or hardly, and one like it that it has. */
typedef struct ofs_correction {
    const char *word; /* as the query has it */
    const char *instead;
    uint64_t paragraphs, instead_paragraphs; /* that hold them, filters aside, without notes */
    uint64_t notes;                          /* that hold the word, where no other paragraph does; else 0 */
} ofs_correction;

typedef struct ofs_results {
    const char *query;       /* as given */
    const char *interpreted; /* parsed and written back */
    /* Paragraphs that match. With OFS_TOTALS_NONE at least so many: those ranked, 0 only when none matches. */
    uint64_t total;
    uint64_t report_total; /* reports they are in, with OFS_TOTALS_ALL */
    uint64_t
        distinct; /* with fold_duplicates: hits there are, of which each stands for one or more of the paragraphs */
    uint64_t took_us; /* wall time of the search */
    const ofs_hit *hits;
    size_t hit_count;
    const ofs_facet *facets; /* in the order asked for */
    size_t facet_count;
    /* filled only when total is 0, without request.bare, and the query has two or more words that all must hold, or one */
    const ofs_word_count *words;
    uint32_t word_count;
    /* the query without the word to drop to find the most, when total is 0, without request.bare; else NULL */
    const char *suggestion;
    /* with request.notes: a word's meanings together, most reports first */
    const ofs_abbreviation *abbreviations;
    uint32_t abbreviation_count;
    const ofs_correction *corrections; /* with request.notes */
    uint32_t correction_count;
    const char *const
        *advice; /* with request.notes: what looks like the language and was read as words, a line each */
    uint32_t advice_count;
    const char *did_you_mean;                 /* the query with all corrections made; NULL: there is none */
    uint64_t index_paragraphs, index_reports; /* searched */
    uint64_t index_failed_files;              /* OFS_UNKNOWN: the shard that keeps them is missing */
    uint64_t index_generation;                /* number of the commit that was searched */
    /*
     * With request.base: what passes the filters alone, those of the request and those that the query joins to its words
     * with AND: "12 of the 31 reports".
     */
    uint64_t base_total, base_reports;
    const ofs_missing *missing; /* shards that this is without; see ofs_open_options.partial */
    size_t missing_count;
} ofs_results;

/*
 * Runs one search. *out is the caller's (ofs_results_free) and stays valid after the index is closed. A query that does
 * not parse is OFS_E_QUERY with the byte place in err. A query of nothing but punctuation and no filter matches nothing.
 */
OFS_API ofs_status ofs_search(ofs_index *index, const ofs_search_request *request, ofs_results **out,
                              ofs_error *err);
OFS_API void ofs_results_free(ofs_results *results);

/*
 * Paragraphs of a report in reading order, as hits without score and highlights: `count` from `first` (cut at its ends). For `show` and
 * for context. *out as from ofs_search(). OFS_E_NOT_FOUND when there is no such report. `report` is an id or a path.
 */
OFS_API ofs_status ofs_index_paragraphs(ofs_index *index, const char *report, uint32_t first, uint32_t count,
                                        ofs_results **out, ofs_error *err);

/*
 * Paragraphs by their ofs_hit.doc, as hits in the order given, without score and highlights: what a request with `bare`
 * left out. Numbers are those of this ofs_index: another, also of the same commit, is free to number otherwise.
 * OFS_E_NOT_FOUND when it has no such paragraph. *out as from ofs_search(). `docs` is borrowed for the call.
 */
OFS_API ofs_status ofs_index_fetch(ofs_index *index, const uint64_t *docs, size_t count, ofs_results **out,
                                   ofs_error *err);

/* ---- pivots: tables of counts ---- */

typedef enum ofs_count_by { OFS_COUNT_PARAGRAPHS, OFS_COUNT_REPORTS } ofs_count_by;

/* What the rows or the columns are. */
typedef struct ofs_axis {
    bool is_query; /* the queries added, by their names; `field` is then unused */
    ofs_facet_field field;
    uint32_t limit; /* most values given, the most frequent ones; 0: all */
} ofs_axis;

typedef struct ofs_pivot_request {
    ofs_axis rows, columns;
    ofs_count_by count_by;
} ofs_pivot_request;

typedef struct ofs_pivot_cell {
    uint64_t count; /* paragraphs or reports that match */
    uint64_t of;    /* the same without the query's words: what passes the filters alone */
} ofs_pivot_cell;

/* Rows and columns: queries as they were added, grades from the best, years ascending, all else most frequent first. */
typedef struct ofs_pivot_table {
    const char *const *rows; /* names, a section's headings parted by " › "; NULL: no value */
    uint32_t row_count, row_distinct;
    const char *const *columns;
    uint32_t column_count, column_distinct;
    const ofs_pivot_cell *cells; /* [row * column_count + column] */
    /* Over all columns, those cut by a limit too; a report counts once. NULL where the columns are queries, which overlap. */
    const ofs_pivot_cell *row_totals;
    const ofs_pivot_cell *column_totals; /* likewise over the rows */
    ofs_pivot_cell total;                /* of all; zeros where an axis is the queries */
} ofs_pivot_table;

typedef struct ofs_pivot ofs_pivot;

/* An empty pivot; *out is the caller's (ofs_pivot_free). OFS_E_USAGE when both axes are queries, or the same field. */
OFS_API ofs_status ofs_pivot_open(const ofs_pivot_request *request, ofs_pivot **out, ofs_error *err);
/*
 * Counts what a search matches, under `name` where an axis is the queries. Of the request, limit, offset, sort and facets
 * do not matter. Errors as ofs_search(), and OFS_E_USAGE when an axis is the queries and one of that name was added before;
 * after OFS_E_QUERY, OFS_E_USAGE, OFS_E_LIMIT, OFS_E_NETWORK and OFS_E_TIMEOUT the pivot is as before, after others it may only
 * be freed.
 */
OFS_API ofs_status ofs_pivot_add(ofs_pivot *pivot, ofs_index *index, const char *name,
                                 const ofs_search_request *request, ofs_error *err);
/* The table of what was added so far; *table belongs to the pivot, until the next call or ofs_pivot_free(). */
OFS_API ofs_status ofs_pivot_read(ofs_pivot *pivot, const ofs_pivot_table **table, ofs_error *err);
OFS_API void ofs_pivot_free(ofs_pivot *pivot);

/* ---- telling words ---- */

/* A word that is more frequent on one side than on the other. */
typedef struct ofs_keyword {
    const char *word; /* the form of it that is most frequent */
    const char *term; /* the index's term (a stem) */
    uint64_t count;   /* paragraphs of this side that hold it */
    uint64_t other;   /* and of the other */
    double score;     /* log-likelihood ratio, at least 10.83: by chance so in one of a thousand words */
} ofs_keyword;

typedef struct ofs_keyword_side {
    const char *interpreted; /* what makes the side, written back; NULL: the rest of the index */
    uint64_t total, report_total;
    const ofs_keyword
        *words; /* that mark this side: highest score first, ties by term; none for the rest of the index */
    size_t word_count;
    size_t distinct; /* words there are; word_count is at most this */
} ofs_keyword_side;

typedef struct ofs_keywords_request {
    const ofs_search_request *search; /* its query and filters make the first side */
    const ofs_search_request *other;  /* the second; NULL: the rest of the index */
    uint32_t limit;                   /* most words a side; 0: all */
} ofs_keywords_request;

typedef struct ofs_keywords {
    ofs_keyword_side sides[2];
} ofs_keywords;

/*
 * The words that set what matches apart from the rest of the index, or two searches from each other: Dunning's
 * log-likelihood ratio (1993) over paragraphs that hold a word and that do not. Words that the searches ask for, numbers and
 * single letters are left out. *out is the caller's (ofs_keywords_free) and outlives the index. Errors as ofs_search().
 */
OFS_API ofs_status ofs_keywords_find(ofs_index *index, const ofs_keywords_request *request,
                                     ofs_keywords **out, ofs_error *err);
OFS_API void ofs_keywords_free(ofs_keywords *keywords);

/* ---- paragraphs like one ---- */

/* A paragraph by its report (id or path) and its place in it, from 0. */
typedef struct ofs_place {
    const char *report;
    uint32_t place;
} ofs_place;

/*
 * Searches other reports for paragraphs like that one, by its 25 most telling words as alternatives. Of the request, query,
 * any, plain, notes and but_report do not matter; filters restrict. OFS_E_NOT_FOUND when there is no such paragraph, or it has no word that
 * another paragraph has; else as ofs_search().
 */
OFS_API ofs_status ofs_search_similar(ofs_index *index, const ofs_place *place,
                                      const ofs_search_request *request, ofs_results **out, ofs_error *err);

#ifdef __cplusplus
}
#endif

#endif
