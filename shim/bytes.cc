/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings that belong to the caller, and which libxapian is loaded. */
#include "shim/handles.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace shim {

void assign(ofs_xapian_string *out, const std::string &text) {
    if (text.size() >= out->capacity) {
        size_t capacity = text.size() + 1;
        char *data = static_cast<char *>(std::realloc(out->data, capacity));
        if (!data)
            throw std::bad_alloc();
        out->data = data;
        out->capacity = capacity;
    }
    std::memcpy(out->data, text.data(), text.size());
    out->data[text.size()] = '\0';
    out->size = text.size();
}

} // namespace shim

void ofs_xapian_string_free(ofs_xapian_string *string) {
    if (!string)
        return;
    std::free(string->data);
    *string = ofs_xapian_string();
}

const char *ofs_xapian_version(void) {
    try {
        return Xapian::version_string();
    } catch (...) {
        return nullptr;
    }
}
