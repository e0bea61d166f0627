// Keys, chains, cursors and other small forms that every store shares.
#include "gateway/crypto/digest.hpp"
#include "gateway/store/rows.hpp"

#include <charconv>

namespace gw::store {
namespace {

void append_part(std::string& out, std::string_view part) {
    const std::uint64_t length = part.size();
    for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(length >> shift & 0xff);
    out += part;
}

/// End of the JSON string that starts at `i` with its quote; npos when it does not end.
std::size_t string_end(std::string_view json, std::size_t i) {
    const std::size_t begin = i + 1;
    for (i = json.find('"', begin); i != std::string_view::npos; i = json.find('"', i + 1)) {
        std::size_t slashes = 0;
        while (i - slashes > begin && json[i - slashes - 1] == '\\') ++slashes;
        if (slashes % 2 == 0) return i;
    }
    return std::string_view::npos;
}

/// Text from the value of a member at the top of an object onward; empty when there is none.
std::string_view member_of(std::string_view json, std::string_view name) {
    int depth = 0;
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i] == '{' || json[i] == '[') ++depth;
        if (json[i] == '}' || json[i] == ']') --depth;
        if (depth == 0) return {};
        if (json[i] != '"') continue;
        const std::size_t end = string_end(json, i);
        if (end == std::string_view::npos) return {};
        const std::string_view text = json.substr(i + 1, end - i - 1);
        i = end;
        if (depth != 1 || text != name) continue;
        const std::size_t colon = json.find_first_not_of(" \t\r\n", end + 1);
        if (colon == std::string_view::npos || json[colon] != ':') continue;
        const std::size_t value = json.find_first_not_of(" \t\r\n", colon + 1);
        return value == std::string_view::npos ? std::string_view() : json.substr(value);
    }
    return {};
}

std::int64_t number_at(std::string_view text) {
    std::int64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

}  // namespace

std::string key_of(std::initializer_list<std::string_view> parts) {
    std::string all;
    for (std::string_view part : parts) append_part(all, part);
    const core::Digest digest = crypto::sha256(all);
    return std::string(reinterpret_cast<const char*>(digest.data()), 16);
}

core::Digest chain(const core::Digest& previous, const core::AuditRow& row) {
    std::string all(reinterpret_cast<const char*>(previous.data()), previous.size());
    append_part(all, std::to_string(row.id) + " " + std::to_string(core::to_ms(row.at)));
    for (std::string_view part :
         {std::string_view(row.agency),
          std::string_view(row.actor),
          std::string_view(row.action),
          std::string_view(row.subject),
          std::string_view(row.detail)})
        append_part(all, part);
    return crypto::sha256(all);
}

std::int64_t snapshot_version(std::string_view json) {
    const std::size_t start = json.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos || json[start] != '{') return 0;
    json.remove_prefix(start);
    // Nearly every snapshot says it before its dossier: then the dossier is not read.
    if (const std::string_view own = member_of(json, "version"); !own.empty())
        return number_at(own);
    const std::string_view dossier = member_of(json, "dossier");
    return dossier.empty() || dossier.front() != '{' ? 0 : number_at(member_of(dossier, "version"));
}

bool type_matches(const std::vector<std::string>& types, std::string_view type) {
    if (types.empty()) return true;
    for (std::string_view wanted : types) {
        if (wanted == type || wanted == "*") return true;
        if (!wanted.ends_with(".*")) continue;
        wanted.remove_suffix(1);
        if (type.starts_with(wanted)) return true;
    }
    return false;
}

std::string feed_id(core::Instant at, std::int64_t seq) {
    return crypto::make_id("evt_", at, 0, static_cast<std::uint64_t>(seq));
}

std::string to_cursor(const core::Object& object) {
    return crypto::to_base64url(
        std::to_string(core::to_ms(object.updated_at)) + "\n" + object.id + "\n" + object.agency
    );
}

core::Result<ObjectCursor> parse_cursor(const std::string& cursor) {
    const auto text = crypto::from_base64(cursor);
    const core::Error bad =
        core::give_up("cursor.invalid", "this cursor was not given by the store");
    if (!text) return bad;
    const std::size_t first = text->find('\n');
    const std::size_t second = text->rfind('\n');
    std::int64_t ms = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), ms);
    if (first == std::string::npos || second <= first || read.ptr != text->data() + first)
        return bad;
    ObjectCursor place;
    place.updated_at = core::from_ms(ms);
    place.id = text->substr(first + 1, second - first - 1);
    place.agency = text->substr(second + 1);
    return place;
}

core::Result<core::Object> next_version(
    const core::ObjectWrite& write, const core::Object* current
) {
    const std::int64_t version = current == nullptr ? 0 : current->version;
    if (write.expected_version >= 0 && write.expected_version != version)
        return core::give_up(
            "object.version",
            write.object.kind + " " + write.object.id + " " + std::to_string(version)
        );
    core::Object next = write.object;
    next.version = version + 1;
    if (current != nullptr) next.created_at = current->created_at;
    return next;
}

bool makes_dossier(const core::ObjectWrite& write, const core::Object* current) {
    return current == nullptr && write.expected_version == 0 && !write.remove &&
           write.object.kind == "dossier";
}

core::Error dossier_elsewhere(const core::ObjectWrite& write) {
    return core::give_up("object.version", "dossier " + write.object.id + " 0");
}

}  // namespace gw::store
