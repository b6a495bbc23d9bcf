/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of .epub (EPUB 3): the pages of HTML that its spine names, in that order. Called by ofs_report_read(). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"
#include "indexer/report/read_html.h"
#include "indexer/report/read_zipped.h"
#include "indexer/report/xml.h"
#include "indexer/report/zip.h"

enum { MOST_PAGES = 2000, MOST_BYTES = 256 * 1024 * 1024 };

typedef struct page_list {
    ofsi_zip_member *items;
    size_t count;
} page_list;

static int hex_of(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "a/b/../c" is "a/c"; what leads out of the archive stays as it is, and is not found. */
static void fold_steps(char *name) {
    char *up = strstr(name, "/../");
    while (up && up > name) {
        char *folder = up - 1;
        while (folder > name && *folder != '/')
            folder--;
        folder += *folder == '/';
        memmove(folder, up + 4, strlen(up + 4) + 1);
        up = strstr(name, "/../");
    }
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
    fold_steps(name);
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

/* What the manifest names: the addresses of its items by their ids. */
typedef struct manifest {
    ofsi_map ids;
    const char **hrefs; /* borrowed from the tree */
    size_t capacity;
} manifest;

static bool read_manifest(const xmlNode *list, manifest *m) {
    for (const xmlNode *item = ofsi_xml_child(list, "item"); item; item = ofsi_xml_next(item, "item")) {
        bool added;
        uint32_t id = ofsi_map_intern(&m->ids, ofsi_span_of(ofsi_xml_get(item, "id")), &added);
        if (id == OFSI_MAP_NONE || !ofsi_grow(&m->hrefs, &m->capacity, (size_t)id + 1, sizeof *m->hrefs))
            return false;
        if (added)
            m->hrefs[id] = ofsi_xml_get(item, "href");
    }
    return true;
}

static ofs_status follow_spine(const xmlNode *root, const char *path, const char *package, ofsi_arena *arena,
                               page_list *pages, ofs_error *err) {
    manifest m = {0};
    ofs_status status = read_manifest(ofsi_xml_child(root, "manifest"), &m) ? OFS_OK : ofsi_fail_nomem(err);
    const xmlNode *ref = ofsi_xml_child(ofsi_xml_child(root, "spine"), "itemref");
    for (; ref && status == OFS_OK; ref = ofsi_xml_next(ref, "itemref")) {
        uint32_t id = ofsi_map_find(&m.ids, ofsi_span_of(ofsi_xml_get(ref, "idref")));
        const char *href = id == OFSI_MAP_NONE || !m.hrefs ? "" : m.hrefs[id];
        if (*href == '\0' || strcmp(ofsi_xml_get(ref, "linear"), "no") == 0)
            continue;
        if (pages->count == MOST_PAGES)
            status =
                ofsi_fail(err, OFS_E_LIMIT, "%s has more than the limit of %d chapters", path, MOST_PAGES);
        else if (!(pages->items[pages->count].name = resolve(arena, package, href)))
            status = ofsi_fail_nomem(err);
        else
            pages->count++;
    }
    ofsi_map_free(&m.ids);
    ofsi_free(m.hrefs);
    return status;
}

/* The members that the spine names, in its order. */
static ofs_status list_pages(const char *path, ofsi_arena *arena, page_list *pages, ofs_error *err) {
    const char *package = NULL;
    ofsi_zip_member member = {0};
    xmlDocPtr tree = NULL;
    ofs_status status = find_package(path, arena, &package, err);
    if (status == OFS_OK)
        status = read_one(path, package, &member, err);
    if (status == OFS_OK)
        status = ofsi_xml_parse(ofsi_buf_span(&member.bytes), path, member.name, &tree, err);
    if (status == OFS_OK)
        status = follow_spine(xmlDocGetRootElement(tree), path, package, arena, pages, err);
    xmlFreeDoc(tree);
    ofsi_zip_free(&member, 1);
    return status;
}

/* Fonts of many e-books are hidden, which is no hindrance; a chapter that is encrypted is. */
static ofs_status check_encryption(const char *path, ofsi_arena *arena, const page_list *pages,
                                   ofs_error *err) {
    ofsi_zip_member member = {.name = "META-INF/encryption.xml"};
    xmlDocPtr tree = NULL;
    ofs_status status = ofsi_zip_read(path, &member, 1, err);
    if (status == OFS_OK && member.found)
        status = ofsi_xml_parse(ofsi_buf_span(&member.bytes), path, member.name, &tree, err);
    const xmlNode *data = ofsi_xml_child(tree ? xmlDocGetRootElement(tree) : NULL, "EncryptedData");
    for (; data && status == OFS_OK; data = ofsi_xml_next(data, "EncryptedData")) {
        const xmlNode *reference = ofsi_xml_child(ofsi_xml_child(data, "CipherData"), "CipherReference");
        const char *name = resolve(arena, "", ofsi_xml_get(reference, "URI"));
        if (!name)
            status = ofsi_fail_nomem(err);
        else if (pages->count && strcmp(name, pages->items[0].name) == 0)
            status = ofsi_fail(err, OFS_E_INPUT, "%s is encrypted", path);
    }
    xmlFreeDoc(tree);
    ofsi_zip_free(&member, 1);
    return status;
}

static ofs_status read_pages(const char *path, page_list *pages, ofsi_flow *flow, ofs_error *err) {
    char name[sizeof err->message];
    ofs_status status = ofsi_zip_read(path, pages->items, pages->count, err);
    for (size_t i = 0; i < pages->count && status == OFS_OK; i++) {
        ofsi_zip_member *page = &pages->items[i];
        (void)snprintf(name, sizeof name, "%s: %s", path, page->name);
        if (!page->found)
            status =
                ofsi_fail(err, OFS_E_INPUT, "%s has lost the chapter %s that it names", path, page->name);
        else if (page->bytes.size)
            status = ofsi_html_flow(ofsi_buf_span(&page->bytes), name, flow, err);
        ofsi_buf_free(&page->bytes);
        if (status == OFS_OK && flow->text.size > MOST_BYTES)
            status = ofsi_fail(err, OFS_E_LIMIT, "%s has more than the limit of 256 MiB of text", path);
    }
    return status;
}

ofs_status ofsi_read_epub(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err) {
    ofsi_arena names = {0};
    ofsi_flow flow = {0};
    page_list pages = {.items = ofsi_calloc(MOST_PAGES, sizeof *pages.items)};
    ofs_status status = pages.items ? list_pages(path, &names, &pages, err) : ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = check_encryption(path, &names, &pages, err);
    if (status == OFS_OK)
        status = read_pages(path, &pages, &flow, err);
    ofsi_zip_free(pages.items, pages.count);
    ofsi_free(pages.items);
    ofsi_arena_free(&names);
    if (status == OFS_OK)
        return ofsi_flow_finish(&flow, path, arena, document, err);
    ofsi_flow_free(&flow);
    return status;
}
