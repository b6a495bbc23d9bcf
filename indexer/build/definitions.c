/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Definitions as analysis finds them, to rows as an index holds them: with the stems of the short form. */
#include "indexer/build/definitions.h"

#include "indexer/analysis/abbreviation.h"
#include "indexer/base/buf.h"

/* A long form on one line: runs of blanks are one. */
static void append_line(ofsi_span text, ofsi_buf *out) {
    bool blank = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (is_blank && !blank)
            ofsi_buf_byte(out, ' ');
        if (!is_blank)
            ofsi_buf_byte(out, (uint8_t)c);
        blank = is_blank;
    }
}

static ofs_status give(const ofsi_definition *found, ofsi_analyzer *analyzer, ofsi_tokens *tokens,
                       ofsi_define define, void *context, ofs_error *err) {
    ofsi_buf term = {0}, line = {0};
    ofs_status status = ofsi_analyze(analyzer, ofsi_short_form_base(found->short_form), tokens, err);
    if (status != OFS_OK || tokens->length == 0)
        return status;
    ofsi_stems_append(analyzer, tokens, &term);
    append_line(found->long_form, &line);
    const ofsi_definition_row row = {
        .term = ofsi_buf_span(&term), .short_form = found->short_form, .long_form = ofsi_buf_span(&line)};
    status = term.failed || line.failed ? ofsi_fail_nomem(err) : define(context, &row, err);
    ofsi_buf_free(&term);
    ofsi_buf_free(&line);
    return status;
}

ofs_status ofsi_define_from_text(ofsi_span text, ofsi_analyzer *analyzer, ofsi_tokens *tokens,
                                 ofsi_define define, void *context, ofs_error *err) {
    ofsi_definition found;
    ofs_status status = OFS_OK;
    for (size_t at = 0; status == OFS_OK && ofsi_definition_next(text, &at, &found);)
        status = give(&found, analyzer, tokens, define, context, err);
    return status;
}
