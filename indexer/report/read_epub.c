/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of .epub (EPUB 3): the pages of HTML that its spine names, in that order. Called by ofs_report_read(). */
#include <stdlib.h>
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/report/read_html.h"
#include "indexer/report/read_zipped.h"
#include "indexer/report/xml.h"
#include "indexer/report/zip.h"

enum { MOST_PAGES = 2000, MOST_BYTES = 256 * 1024 * 1024 };

static int hex_of(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The name of a member that `href` means, which counts from the folder of `base`. In the arena; NULL when out of memory. */
static const char *resolve(ofsi_arena *arena, const char *base, const char *href) {
    const char *slash = strrchr(base, '/');
    size_t folder = slash ? (size_t)(slash - base) + 1 : 0, size = strcspn(href, "#?");
    char *name = ofsi_arena_bytes(arena, folder + size + 1);
    if (!name)
        return NULL;
    memcpy(name, base, folder);
    size_t used = folder;
    for (size_t i = 0; i < size; i++) {
        bool escaped = href[i] == '%' && i + 2 < size && hex_of(href[i + 1]) >= 0 && hex_of(href[i + 2]) >= 0;
        name[used++] = escaped ? (char)(hex_of(href[i + 1]) * 16 + hex_of(href[i + 2])) : href[i];
        i += escaped ? 2 : 0;
    }
    name[used] = '\0';
    return name;
}

static ofs_status read_one(const char *path, const char *name, ofsi_zip_member *member, ofs_error *err) {
    *member = (ofsi_zip_member){.name = name};
    ofs_status status = ofsi_zip_read(path, member, 1, err);
    if (status == OFS_OK && !member->found)
        status = ofsi_fail(err, OFS_E_INPUT, "%s is no e-book: it has no %s", path, name);
    return status;
}

/* The name of the package file, from the container. */
static ofs_status find_package(const char *path, ofsi_arena *arena, const char **name, ofs_error *err) {
    ofsi_zip_member member;
    xmlDocPtr tree = NULL;
    ofs_status status = read_one(path, "META-INF/container.xml", &member, err);
    if (status == OFS_OK)
        status = ofsi_xml_parse(ofsi_buf_span(&member.bytes), path, member.name, &tree, err);
    if (status == OFS_OK) {
        const xmlNode *root =
            ofsi_xml_child(ofsi_xml_child(xmlDocGetRootElement(tree), "rootfiles"), "rootfile");
        *name = resolve(arena, "", ofsi_xml_get(root, "full-path"));
        status = *name ? OFS_OK : ofsi_fail_nomem(err);
    }
    xmlFreeDoc(tree);
    ofsi_zip_free(&member, 1);
    return status;
}

static const char *href_of(const xmlNode *manifest, const char *id) {
    const xmlNode *item = ofsi_xml_child(manifest, "item");
    while (item && strcmp(ofsi_xml_get(item, "id"), id) != 0)
        item = ofsi_xml_next(item, "item");
    return ofsi_xml_get(item, "href");
}

/* The members that the spine names, in its order. */
static ofs_status list_pages(const char *path, ofsi_arena *arena, ofsi_zip_member *pages, size_t *count,
                             ofs_error *err) {
    const char *package = NULL;
    ofsi_zip_member member = {0};
    xmlDocPtr tree = NULL;
    ofs_status status = find_package(path, arena, &package, err);
    if (status == OFS_OK)
        status = read_one(path, package, &member, err);
    if (status == OFS_OK)
        status = ofsi_xml_parse(ofsi_buf_span(&member.bytes), path, member.name, &tree, err);
    const xmlNode *root = tree ? xmlDocGetRootElement(tree) : NULL,
                  *manifest = ofsi_xml_child(root, "manifest");
    const xmlNode *ref = ofsi_xml_child(ofsi_xml_child(root, "spine"), "itemref");
    for (; ref && status == OFS_OK; ref = ofsi_xml_next(ref, "itemref")) {
        const char *href = href_of(manifest, ofsi_xml_get(ref, "idref"));
        if (*href == '\0' || strcmp(ofsi_xml_get(ref, "linear"), "no") == 0)
            continue;
        if (*count == MOST_PAGES)
            status =
                ofsi_fail(err, OFS_E_LIMIT, "%s has more than the limit of %d chapters", path, MOST_PAGES);
        else if (!(pages[*count].name = resolve(arena, package, href)))
            status = ofsi_fail_nomem(err);
        else
            ++*count;
    }
    xmlFreeDoc(tree);
    ofsi_zip_free(&member, 1);
    return status;
}

static ofs_status read_pages(const char *path, ofsi_zip_member *pages, size_t count, ofsi_flow *flow,
                             ofs_error *err) {
    ofs_status status = ofsi_zip_read(path, pages, count, err);
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        if (!pages[i].found)
            status =
                ofsi_fail(err, OFS_E_INPUT, "%s has lost the chapter %s that it names", path, pages[i].name);
        else if (pages[i].bytes.size)
            status = ofsi_html_flow(ofsi_buf_span(&pages[i].bytes), pages[i].name, flow, err);
        if (status == OFS_OK && flow->text.size > MOST_BYTES)
            status = ofsi_fail(err, OFS_E_LIMIT, "%s has more than the limit of 256 MiB of text", path);
    }
    return status;
}

ofs_status ofsi_read_epub(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err) {
    ofsi_arena names = {0};
    ofsi_flow flow = {0};
    size_t count = 0;
    ofsi_zip_member *pages = ofsi_calloc(MOST_PAGES, sizeof *pages);
    ofs_status status = pages ? list_pages(path, &names, pages, &count, err) : ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = read_pages(path, pages, count, &flow, err);
    ofsi_zip_free(pages, count);
    ofsi_free(pages);
    ofsi_arena_free(&names);
    if (status == OFS_OK)
        return ofsi_flow_finish(&flow, path, arena, document, err);
    ofsi_flow_free(&flow);
    return status;
}
