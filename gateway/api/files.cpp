// What uploads share: digests in headers, file names, kinds of files, the attachment they become.
#include "gateway/api/files.hpp"

#include "gateway/api/effects.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/sweep.hpp"
#include "gateway/core/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/media_type.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>
#include <array>

namespace gw::api {

namespace {

using core::Document;

enum class Family { none, zip, signature, xml, other };

Family family_of(std::string_view type) {
    constexpr std::string_view zips[] = {
        "application/zip",
        "application/x-zip-compressed",
        "application/vnd.etsi.asic-e+zip",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};
    constexpr std::string_view signatures[] = {
        "application/pkcs7-mime",
        "application/pkcs7-signature",
        "application/x-pkcs7-mime",
        "application/x-pkcs7-signature"};
    if (std::find(std::begin(zips), std::end(zips), type) != std::end(zips)) return Family::zip;
    if (std::find(std::begin(signatures), std::end(signatures), type) != std::end(signatures))
        return Family::signature;
    if (type == "application/xml" || type == "text/xml") return Family::xml;
    return type.empty() ? Family::none : Family::other;
}

/// Value of one parameter of a header: name=value or name="value".
std::string_view parameter(std::string_view header, std::string_view name) {
    std::size_t at = 0;
    while ((at = header.find(';', at)) != std::string_view::npos) {
        ++at;
        while (at < header.size() && header[at] == ' ') ++at;
        auto rest = header.substr(at);
        if (!rest.starts_with(name) || rest.size() == name.size() || rest[name.size()] != '=')
            continue;
        rest.remove_prefix(name.size() + 1);
        if (rest.starts_with('"')) return rest.substr(1, rest.find('"', 1) - 1);
        return rest.substr(0, rest.find(';'));
    }
    return {};
}

Document attachment_json(const std::string& id, const StoredFile& file, core::Instant now) {
    auto body = Document::object();
    body.set("id", Document::text(id));
    body.set("filename", Document::text(file.filename));
    body.set("media_type", Document::text(file.media_type));
    body.set("size", Document::number(static_cast<std::int64_t>(file.size)));
    body.set("sha256", Document::text(crypto::to_hex(file.digest)));
    body.set("state", Document::text("clean"));
    body.set("created_at", Document::text(core::to_rfc3339(now)));
    return body;
}

}  // namespace

std::optional<core::Digest> parse_content_digest(std::string_view header) {
    constexpr std::string_view name = "sha-256=:";
    const auto begin = header.find(name);
    if (begin == std::string_view::npos) return std::nullopt;
    const auto value = header.substr(begin + name.size());
    const auto end = value.find(':');
    if (end == std::string_view::npos) return std::nullopt;
    const auto bytes = crypto::from_base64(value.substr(0, end));
    core::Digest digest{};
    if (!bytes || bytes->size() != digest.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

std::string content_digest(const core::Digest& digest) {
    const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
    return "sha-256=:" + crypto::to_base64(bytes) + ":";
}

std::optional<std::string> file_name(std::string_view disposition) {
    constexpr std::string_view charset = "UTF-8''";
    constexpr std::size_t length_max = 255;
    std::string name;
    if (auto extended = parameter(disposition, "filename*"); !extended.empty()) {
        if (extended.size() < charset.size()) return std::nullopt;
        if ((extended[0] | 0x20) != 'u') return std::nullopt;
        auto decoded = percent_decode(extended.substr(charset.size()));
        if (!decoded) return std::nullopt;
        name = std::move(*decoded);
    } else {
        name = parameter(disposition, "filename");
    }
    if (const auto slash = name.find_last_of("/\\"); slash != std::string::npos)
        name.erase(0, slash + 1);
    if (name.empty()) return "attachment";
    auto clean = core::to_nfc(name);
    if (!clean || core::has_control(*clean, false) || core::code_points(*clean) > length_max)
        return std::nullopt;
    return clean;
}

std::string accepted_type(std::string_view head, std::string_view declared) {
    if (declared == "image/jpg") declared = "image/jpeg";
    std::string found(engine::media_type_of(head));
    const auto wanted = family_of(declared);
    // XML may begin without its declaration.
    if (found.empty() && wanted == Family::xml) {
        const auto first = head.find_first_not_of(" \t\r\n");
        if (first != std::string_view::npos && head[first] == '<') return "application/xml";
    }
    if (found.empty() || declared.empty() || declared == "application/octet-stream") return found;
    const auto family = family_of(found);
    if (family == Family::xml && wanted == Family::xml) return found;
    const bool same_kin =
        family == wanted && (family == Family::zip || family == Family::signature);
    if (same_kin) return std::string(declared);
    return found == declared ? found : std::string();
}

asio::awaitable<Reply> attach(
    Context& context, Call& call, StoredFile file, std::vector<core::ObjectWrite> with
) {
    ports::ObjectFilter filter;
    filter.kind = "attachment";
    filter.agency = call.who.tenant;
    filter.ref = crypto::to_hex(file.digest);
    auto same = co_await context.parts.store->objects(std::move(filter));
    if (!same) co_return refuse(call, same.error());
    ports::Acceptance acceptance;
    acceptance.objects = std::move(with);
    Reply reply;
    for (const auto& object : same->items) {
        if (object.state == "purged" || object.state == erased_state) continue;
        reply.body = object.body;
        reply.with("Location", "/v1/attachments/" + object.id).with("ETag", etag(object.version));
        acceptance.audit.push_back(audit_row(call, "attachment/" + object.id));
        if (object.state == loose_state) {
            // Its seven days begin again.
            core::ObjectWrite again;
            again.expected_version = -1;
            again.object = object;
            again.object.updated_at = call.now;
            acceptance.objects.push_back(std::move(again));
        }
        auto repeated = co_await commit(context, call, std::move(acceptance), std::move(reply));
        co_return std::move(repeated.reply);
    }
    const auto id = context.new_id("att");
    const auto body = attachment_json(id, file, call.now);
    auto write = object_write(call, "attachment", id, body, 0);
    write.object.ref = crypto::to_hex(file.digest);
    write.object.state = loose_state;
    reply = Reply(201, write.object.body);
    reply.with("Location", "/v1/attachments/" + id).with("ETag", etag(1));
    acceptance.objects.push_back(std::move(write));
    acceptance.audit.push_back(audit_row(call, "attachment/" + id));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.race) co_return refuse(call, "upload.offset_conflict");
    co_return std::move(done.reply);
}

}  // namespace gw::api
