/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The functions of <ofsearch/xapian.h>, from a library that is loaded when a Xapian index is first met: libxapian would
 * cost every start of a program more than a search takes. Who calls it writes x->database_open(...) for
 * ofs_xapian_database_open(...).
 */
#ifndef OFSI_BASE_XAPIAN_LATE_H
#define OFSI_BASE_XAPIAN_LATE_H

#include <ofsearch/xapian.h>

/* Every function of the header, without ofs_xapian_. */
#define OFSI_XAPIAN_FUNCTIONS(X)                                                                             \
    X(version)                                                                                               \
    X(string_free)                                                                                           \
    X(database_open)                                                                                         \
    X(database_open_tcp)                                                                                     \
    X(database_open_program)                                                                                 \
    X(database_new)                                                                                          \
    X(database_add)                                                                                          \
    X(database_reopen)                                                                                       \
    X(database_keep_alive)                                                                                   \
    X(database_close)                                                                                        \
    X(database_free)                                                                                         \
    X(database_info)                                                                                         \
    X(database_uuid)                                                                                         \
    X(database_locked)                                                                                       \
    X(database_termfreq)                                                                                     \
    X(database_collfreq)                                                                                     \
    X(database_wdf_upper_bound)                                                                              \
    X(database_doclength)                                                                                    \
    X(database_unique_terms)                                                                                 \
    X(database_valuefreq)                                                                                    \
    X(database_visit_terms)                                                                                  \
    X(database_visit_postings)                                                                               \
    X(database_visit_document)                                                                               \
    X(database_visit_positions)                                                                              \
    X(database_visit_values)                                                                                 \
    X(database_document)                                                                                     \
    X(database_metadata)                                                                                     \
    X(database_visit_metadata)                                                                               \
    X(database_suggest)                                                                                      \
    X(database_visit_spellings)                                                                              \
    X(database_visit_synonyms)                                                                               \
    X(database_visit_synonym_keys)                                                                           \
    X(database_compact)                                                                                      \
    X(check)                                                                                                 \
    X(writer_open)                                                                                           \
    X(writer_open_memory)                                                                                    \
    X(writer_open_tcp)                                                                                       \
    X(writer_open_program)                                                                                   \
    X(writer_database)                                                                                       \
    X(writer_add)                                                                                            \
    X(writer_replace)                                                                                        \
    X(writer_replace_term)                                                                                   \
    X(writer_delete)                                                                                         \
    X(writer_delete_term)                                                                                    \
    X(writer_set_metadata)                                                                                   \
    X(writer_add_spelling)                                                                                   \
    X(writer_remove_spelling)                                                                                \
    X(writer_add_synonym)                                                                                    \
    X(writer_remove_synonym)                                                                                 \
    X(writer_clear_synonyms)                                                                                 \
    X(writer_begin_transaction)                                                                              \
    X(writer_commit_transaction)                                                                             \
    X(writer_cancel_transaction)                                                                             \
    X(writer_commit)                                                                                         \
    X(writer_close)                                                                                          \
    X(writer_free)                                                                                           \
    X(document_new)                                                                                          \
    X(document_free)                                                                                         \
    X(document_id)                                                                                           \
    X(document_set_data)                                                                                     \
    X(document_data)                                                                                         \
    X(document_set_value)                                                                                    \
    X(document_value)                                                                                        \
    X(document_clear_values)                                                                                 \
    X(document_add_posting)                                                                                  \
    X(document_add_term)                                                                                     \
    X(document_remove_term)                                                                                  \
    X(document_clear_terms)                                                                                  \
    X(document_visit_terms)                                                                                  \
    X(document_visit_positions)                                                                              \
    X(document_visit_values)                                                                                 \
    X(query_term)                                                                                            \
    X(query_all)                                                                                             \
    X(query_nothing)                                                                                         \
    X(query_combine)                                                                                         \
    X(query_scale)                                                                                           \
    X(query_value_range)                                                                                     \
    X(query_value_ge)                                                                                        \
    X(query_value_le)                                                                                        \
    X(query_wildcard)                                                                                        \
    X(query_description)                                                                                     \
    X(query_serialise)                                                                                       \
    X(query_unserialise)                                                                                     \
    X(query_length)                                                                                          \
    X(query_free)                                                                                            \
    X(enquire_new)                                                                                           \
    X(enquire_free)                                                                                          \
    X(enquire_set_query)                                                                                     \
    X(enquire_set_bm25)                                                                                      \
    X(enquire_set_boolean)                                                                                   \
    X(enquire_set_collapse)                                                                                  \
    X(enquire_set_cutoff)                                                                                    \
    X(enquire_set_sort)                                                                                      \
    X(enquire_set_docid_order)                                                                               \
    X(enquire_set_time_limit)                                                                                \
    X(enquire_add_counts)                                                                                    \
    X(enquire_clear_counts)                                                                                  \
    X(enquire_search)                                                                                        \
    X(enquire_visit_matching_terms)                                                                          \
    X(mset_matches)                                                                                          \
    X(mset_item)                                                                                             \
    X(mset_document)                                                                                         \
    X(mset_termfreq)                                                                                         \
    X(mset_termweight)                                                                                       \
    X(mset_snippet)                                                                                          \
    X(mset_free)                                                                                             \
    X(counts_new)                                                                                            \
    X(counts_total)                                                                                          \
    X(counts_visit)                                                                                          \
    X(counts_visit_top)                                                                                      \
    X(counts_free)

typedef struct ofsi_xapian {
#define OFSI_XAPIAN_FIELD(name) __typeof__(ofs_xapian_##name) *name;
    OFSI_XAPIAN_FUNCTIONS(OFSI_XAPIAN_FIELD)
#undef OFSI_XAPIAN_FIELD
} ofsi_xapian;

/*
 * Loads the library, once for good; threads may call it at once. `*out` is static storage. OFS_E_UNSUPPORTED when the library
 * is not there, has not got all of these functions, or was left out of this build.
 */
ofs_status ofsi_xapian_load(const ofsi_xapian **out, ofs_error *err);

#endif
