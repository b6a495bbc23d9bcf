/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What engines are made alike with. */
#include "search/exec/engine.h"

#include "indexer/base/alloc.h"

/* Words that are broken or stemmed otherwise than the index's would silently not be found. */
static ofs_status check_fingerprint(const ofsi_analyzer *analyzer, ofsi_span made, ofs_error *err) {
    const char *ours = ofsi_analyzer_fingerprint(analyzer);
    if (ofsi_span_equal(made, ofsi_span_of(ours)))
        return OFS_OK;
    return ofsi_fail(err, OFS_E_UNSUPPORTED,
                     "the index was made by other rules for words (%.*s, not %s): it must be made anew",
                     (int)(made.size < 200 ? made.size : 200), made.data, ours);
}

ofs_status ofsi_engine_analyzer(ofsi_span stemmer, ofsi_span fingerprint, ofsi_analyzer **out,
                                ofs_error *err) {
    char *name = ofsi_strndup(stemmer.data, stemmer.size);
    *out = NULL;
    if (!name)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_analyzer_open(name, out, err);
    if (status == OFS_E_USAGE)
        status = ofsi_fail(err, OFS_E_UNSUPPORTED,
                           "the index needs the stemmer %s, which this build has not got", name);
    else if (status == OFS_OK)
        status = check_fingerprint(*out, fingerprint, err);
    ofsi_free(name);
    return status;
}
