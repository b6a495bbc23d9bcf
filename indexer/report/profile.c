/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding the profile of a document: by name, from a user's file, or by its cues. Called by the parser. The
 * built-in profiles are read anew for each document: they are small, and nothing has to be shared between
 * threads.
 */
#include "indexer/report/profile.h"

#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

#include "indexer/base/buf.h"
#include "indexer/report/builtin.h"
#include "indexer/report/input.h"
#include "indexer/report/match.h"

enum {
    MOST_PROFILE_BYTES = 1024 * 1024,
    COVER_LINES = 80,    /* lines that titles and texts to recognise are looked for in */
    TITLE_LINES = 5,     /* a title is broken over so many lines at most */
    HEADING_LINES = 4000 /* enough for the headings of the longest report met, 180 pages */
};

bool ofsi_patterns_fit(const ofsi_patterns *patterns, ofsi_span text) {
    for (uint32_t i = 0; i < patterns->count; i++)
        if (ofsi_glob(patterns->items[i], text))
            return true;
    return false;
}

bool ofsi_patterns_within(const ofsi_patterns *patterns, ofsi_span text) {
    for (uint32_t i = 0; i < patterns->count; i++)
        if (ofsi_span_contains(text, patterns->items[i]))
            return true;
    return false;
}

const ofsi_span *ofsi_patterns_begin(const ofsi_patterns *patterns, ofsi_span text) {
    const ofsi_span *best = NULL;
    for (uint32_t i = 0; i < patterns->count; i++) {
        const ofsi_span *p = &patterns->items[i];
        bool whole = text.size == p->size ||
                     (text.size > p->size && (text.data[p->size] == ' ' || text.data[p->size] == ':'));
        if (whole && ofsi_span_begins(text, *p) && (!best || p->size > best->size))
            best = p;
    }
    return best;
}

/* Where `part` stands in the text from `from` on; SIZE_MAX when nowhere. */
static size_t find_part(ofsi_span text, size_t from, ofsi_span part) {
    if (part.size == 0)
        return from;
    const char *at = memmem(text.data + from, text.size - from, part.data, part.size);
    return at ? (size_t)(at - text.data) : SIZE_MAX;
}

bool ofsi_title_fits(ofsi_span pattern, ofsi_span text, uint32_t *first, uint32_t *words) {
    static const char *const marks[] = {"{provider}", "{grade}"};
    *first = *words = 0;
    size_t at = find_part(pattern, 0, ofsi_span_of(marks[0])), size = strlen(marks[0]);
    if (at == SIZE_MAX) {
        at = find_part(pattern, 0, ofsi_span_of(marks[1]));
        size = strlen(marks[1]);
    }
    if (at == SIZE_MAX || at == pattern.size)
        return ofsi_glob(pattern, text);
    ofsi_span before = {pattern.data, at};
    ofsi_span after = ofsi_span_after(pattern, at + size);
    bool open_start = before.size && before.data[0] == '*';
    bool open_end = after.size && after.data[after.size - 1] == '*';
    if (open_start)
        before = ofsi_span_after(before, 1);
    if (open_end)
        after.size--;
    size_t start = open_start ? find_part(text, 0, before) : (ofsi_span_begins(text, before) ? 0 : SIZE_MAX);
    if (start == SIZE_MAX)
        return false;
    start += before.size;
    size_t end;
    if (open_end || after.size == 0) {
        end = after.size == 0 ? text.size : find_part(text, start, after);
    } else {
        end = text.size >= after.size ? text.size - after.size : SIZE_MAX;
        if (end != SIZE_MAX && memcmp(text.data + end, after.data, after.size) != 0)
            end = SIZE_MAX;
    }
    if (end == SIZE_MAX || end <= start)
        return false;
    *first = ofsi_word_count((ofsi_span){text.data, start});
    *words = ofsi_word_count((ofsi_span){text.data + start, end - start});
    return *words > 0;
}

/* The folded lines that cues are tried on. */
typedef struct cue_lines {
    const ofsi_document *document;
    ofsi_span *lines;
    uint32_t count;
} cue_lines;

static bool fold_lines(const ofsi_document *document, ofsi_arena *arena, cue_lines *out) {
    out->document = document;
    out->count = document->line_count < HEADING_LINES ? document->line_count : HEADING_LINES;
    out->lines = ofsi_arena_calloc(arena, out->count ? out->count : 1, sizeof *out->lines);
    for (uint32_t i = 0; out->lines && i < out->count; i++) {
        ofsi_span text = document->lines[i].text;
        while (document->is_markdown && text.size &&
               (text.data[0] == '#' || text.data[0] == '|' || text.data[0] == ' '))
            text = ofsi_span_after(text, 1);
        out->lines[i] = ofsi_fold_line(arena, text);
        if (!out->lines[i].data)
            return false;
    }
    return out->lines != NULL;
}

static bool title_cue_fits(const cue_lines *lines, ofsi_span pattern, ofsi_buf *joined) {
    uint32_t most = lines->count < COVER_LINES ? lines->count : COVER_LINES;
    bool anywhere = pattern.size && pattern.data[0] == '*';
    for (uint32_t i = 0; i < most; i++) {
        /* A wrapped line of prose may begin as a title does, but for its first letter. */
        if (!anywhere && ofsi_begins_lower(lines->document->lines[i].text))
            continue;
        ofsi_buf_reset(joined);
        for (uint32_t n = 0; n < TITLE_LINES && i + n < most; n++) {
            if (n)
                ofsi_buf_byte(joined, ' ');
            ofsi_buf_append(joined, lines->lines[i + n].data, lines->lines[i + n].size);
            if (!joined->failed && ofsi_glob(pattern, ofsi_buf_span(joined)))
                return true;
        }
    }
    return false;
}

static bool cue_fits(const cue_lines *lines, const ofsi_cue *cue, ofsi_buf *joined) {
    if (cue->place == OFSI_CUE_TITLE)
        return title_cue_fits(lines, cue->pattern, joined);
    uint32_t most = cue->place == OFSI_CUE_HEADING || lines->count < COVER_LINES ? lines->count : COVER_LINES;
    if (cue->place == OFSI_CUE_HEADING) {
        for (uint32_t i = 0; i < most; i++)
            if (ofsi_glob(cue->pattern, lines->lines[i]))
                return true;
        return false;
    }
    ofsi_buf_reset(joined);
    for (uint32_t i = 0; i < most; i++) {
        ofsi_buf_append(joined, lines->lines[i].data, lines->lines[i].size);
        ofsi_buf_byte(joined, ' ');
    }
    return !joined->failed && ofsi_span_contains(ofsi_buf_span(joined), cue->pattern);
}

static ofs_status load_builtin(const ofsi_builtin_profile *row, ofsi_arena *arena, ofsi_profile *profile,
                               ofs_error *err) {
    return ofsi_profile_load((ofsi_span){(const char *)row->data, row->size}, row->name, arena, profile, err);
}

static ofs_status recognise(const ofsi_document *document, ofsi_arena *arena, ofsi_profile *found,
                            const char **cue, ofs_error *err) {
    cue_lines lines;
    ofsi_buf joined = {0};
    uint32_t best = UINT32_MAX;
    ofs_status status = fold_lines(document, arena, &lines) ? OFS_OK : ofsi_fail_nomem(err);
    for (const ofsi_builtin_profile *row = ofsi_builtin_profiles; status == OFS_OK && row->name; row++) {
        ofsi_profile profile;
        status = load_builtin(row, arena, &profile, err);
        if (status != OFS_OK || profile.precedence >= best)
            continue;
        /* The profile without a cue is the one for whatever no other knows. */
        bool fits = profile.cue_count == 0;
        const char *printed = NULL;
        for (uint32_t c = 0; c < profile.cue_count && !fits; c++) {
            fits = cue_fits(&lines, &profile.cues[c], &joined);
            printed = profile.cues[c].printed;
        }
        if (fits) {
            *found = profile;
            *cue = printed;
            best = profile.precedence;
        }
    }
    if (status == OFS_OK && joined.failed)
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK && best == UINT32_MAX)
        status = ofsi_fail(err, OFS_E_NOT_FOUND, "no profile fits, and there is none for other reports");
    ofsi_buf_free(&joined);
    return status;
}

static bool is_file_name(const char *name) {
    size_t size = strlen(name);
    return strchr(name, '/') || (size > 5 && strcasecmp(name + size - 5, ".yaml") == 0) ||
           (size > 4 && strcasecmp(name + size - 4, ".yml") == 0);
}

static ofs_status load_file(const char *path, ofsi_arena *arena, ofsi_profile *profile, ofs_error *err) {
    ofsi_buf bytes = {0};
    struct stat info;
    if (stat(path, &info) != 0)
        return ofsi_fail(err, OFS_E_NOT_FOUND, "there is no profile file %s", path);
    ofs_status status = ofsi_input_read(path, MOST_PROFILE_BYTES, &bytes, err);
    if (status == OFS_OK)
        status = ofsi_profile_load(ofsi_buf_span(&bytes), path, arena, profile, err);
    ofsi_buf_free(&bytes);
    return status;
}

static ofs_status fail_unknown(const char *name, ofs_error *err) {
    ofsi_buf names = {0};
    for (const ofsi_builtin_profile *row = ofsi_builtin_profiles; row->name; row++)
        ofsi_buf_printf(&names, "%s%s", names.size ? ", " : "", row->name);
    ofsi_buf_byte(&names, '\0');
    ofs_status status =
        names.failed
            ? ofsi_fail_nomem(err)
            : ofsi_fail(err, OFS_E_NOT_FOUND, "there is no profile %s; there are %s, or give a file's name",
                        name, names.data);
    ofsi_buf_free(&names);
    return status;
}

static ofs_status find_named(const char *name, ofsi_arena *arena, ofsi_profile *profile, ofs_error *err) {
    for (const ofsi_builtin_profile *row = ofsi_builtin_profiles; row->name; row++)
        if (strcmp(row->name, name) == 0)
            return load_builtin(row, arena, profile, err);
    return is_file_name(name) ? load_file(name, arena, profile, err) : fail_unknown(name, err);
}

ofs_status ofsi_profile_find(const ofsi_document *document, const char *name, ofsi_arena *arena,
                             ofsi_profile *profile, const char **cue, ofs_error *err) {
    *cue = NULL;
    return name ? find_named(name, arena, profile, err) : recognise(document, arena, profile, cue, err);
}

ofs_status ofsi_check_profile(const char *profile, ofs_error *err) {
    ofsi_arena arena = {0};
    ofsi_profile loaded = {0};
    ofs_status status = find_named(profile, &arena, &loaded, err);
    ofsi_arena_free(&arena);
    return status;
}
