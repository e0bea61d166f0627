// Knows the accepted kinds of files by their magic.
#include "gateway/engine/media_type.hpp"

#include <array>

namespace gw::engine {
namespace {

struct Magic {
    std::string_view start, type;
};
constexpr std::array<Magic, 7> magics{{
    {"%PDF-", "application/pdf"},
    {"\xFF\xD8\xFF", "image/jpeg"},
    {"\x89PNG\r\n\x1A\n", "image/png"},
    {{"II*\0", 4}, "image/tiff"},
    {{"MM\0*", 4}, "image/tiff"},
    {"<?xml", "application/xml"},
    {"\xEF\xBB\xBF<?xml", "application/xml"},
}};
constexpr std::array<Magic, 5> archives{{
    {"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"},
    {"mimetypeapplication/vnd.etsi.asic-e+zip", "application/vnd.etsi.asic-e+zip"},
    {"[Content_Types].xml",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
}};

}  // namespace

std::string_view media_type_of(std::string_view head) {
    for (const Magic& m : magics)
        if (head.substr(0, m.start.size()) == m.start) return m.type;
    if (head.substr(0, 4) == "PK\x03\x04") {
        for (const Magic& m : archives)
            if (head.find(m.start) != std::string_view::npos) return m.type;
        return "application/zip";
    }
    // DER: a SEQUENCE that holds an object identifier, as CMS signatures do.
    if (head.size() > 8 && head[0] == '\x30' &&
        head.substr(0, 16).find("\x06\x09\x2A\x86\x48") != std::string_view::npos)
        return "application/pkcs7-mime";
    return "";
}

}  // namespace gw::engine
