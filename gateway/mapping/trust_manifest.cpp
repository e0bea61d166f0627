// Loads the manifest of the trust folder.
#include "gateway/mapping/trust_manifest.hpp"

#include "gateway/mapping/table_reader.hpp"

namespace gw::mapping {

namespace {

/// As tools print fingerprints: any case, with colons or blanks.
std::string bare_hex(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == ':' || c == ' ') continue;
        out += c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    }
    return out;
}

TrustedFile read_anchor(TableReader& row) {
    TrustedFile anchor;
    anchor.file = row.needed("file");
    anchor.purpose = row.word("purpose", {"document", "timestamp", "tls"}, anchor.purpose);
    anchor.from = row.day("valid_from");
    anchor.to = row.day("valid_to");
    anchor.note = row.text("note");
    anchor.sha256 = bare_hex(row.text("sha256"));
    if (anchor.file.find('/') != std::string::npos)
        row.problem("file: name a file that lies beside the manifest");
    const bool hex = anchor.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!anchor.sha256.empty() && (!hex || anchor.sha256.size() != 64))
        row.problem("sha256: not the 64 hex digits of a fingerprint");
    row.finish();
    return anchor;
}

}  // namespace

core::Result<std::vector<TrustedFile>> load_trust_manifest(
    std::string_view toml, std::string_view file, std::vector<Problem>* problems
) {
    std::vector<Problem> own;
    std::vector<Problem>& found = problems != nullptr ? *problems : own;
    const std::size_t before = found.size();
    std::vector<TrustedFile> anchors;
    if (const auto root = read_toml(toml, file, found)) {
        TableReader reader(*root, file, found);
        for (const Node* node : reader.tables("anchor")) {
            TableReader row(*node, file, found);
            anchors.push_back(read_anchor(row));
        }
        reader.finish();
    }
    if (found.size() > before)
        return core::give_up("trust.invalid", std::string(file) + ": " + found[before].what);
    return anchors;
}

}  // namespace gw::mapping
