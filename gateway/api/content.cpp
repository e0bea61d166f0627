// Reading the bytes of a file: whole, by range, and through a capability address (contract 3.4,
// DS-9).
#include "gateway/api/effects.hpp"
#include "gateway/api/files.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/sweep.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/crypto/file_links.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::api {

namespace {

/// A slice of a stored file, read as it is sent.
class BlobSlice : public ports::AnswerStream {
public:
    BlobSlice(std::unique_ptr<ports::BlobReader> reader, std::uint64_t from, std::uint64_t size)
        : reader_(std::move(reader)), at_(from), left_(size) {}
    core::Result<std::string> read() override {
        constexpr std::uint64_t piece_max = 64 << 10;
        const auto wanted = static_cast<std::size_t>(std::min(left_, piece_max));
        if (wanted == 0) return std::string();
        auto piece = reader_->read(at_, wanted);
        if (!piece) return piece.error();
        at_ += piece->size();
        left_ -= std::min<std::uint64_t>(left_, piece->size());
        return piece;
    }

private:
    std::unique_ptr<ports::BlobReader> reader_;
    std::uint64_t at_, left_;
};

struct Range {
    bool given = false, possible = true;
    std::uint64_t from = 0, size = 0;
};

/// One range of bytes (RFC 9110, 14). Anything else than one well-formed range is ignored, as it
/// may be.
Range parse_range(std::string_view header, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    Range all;
    all.size = size;
    if (!header.starts_with(unit)) return all;
    header.remove_prefix(unit.size());
    const auto dash = header.find('-');
    if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return all;
    const auto first = to_number(header.substr(0, dash)), last = to_number(header.substr(dash + 1));
    Range range;
    range.given = true;
    if (dash == 0) {
        if (!last) return all;
        range.size = std::min(*last, size);
        range.from = size - range.size;
        range.possible = range.size > 0;
        return range;
    }
    if (!first || (!last && dash + 1 != header.size()) || (last && *last < *first)) return all;
    range.possible = *first < size;
    if (!range.possible) return range;
    range.from = *first;
    range.size = std::min(last.value_or(size - 1), size - 1) - *first + 1;
    return range;
}

std::optional<Reply> refuse_state(const Call& call, const core::Object& file) {
    if (file.state == "clean" || file.state == loose_state) return std::nullopt;
    core::Problem problem("attachment.not_scanned");
    if (file.state == "infected") {
        problem.code = "attachment.infected";
        return refuse(call, problem, 403);
    }
    if (file.state == "purged" || file.state == erased_state) return refuse(call, "gone");
    return refuse(call, problem, 409);
}

Reply send(Context& context, const Call& call, const core::Object& file, std::string_view body) {
    if (auto refusal = refuse_state(call, file)) return std::move(*refusal);
    const auto digest = crypto::digest_from_hex(file.ref);
    if (!digest) return refuse(call, "internal");
    auto reader = context.parts.blobs->open(*digest);
    if (!reader) return refuse(call, reader.error());
    const auto tag = '"' + file.ref + '"';
    Reply reply;
    reply.with("ETag", tag).with("Content-Digest", content_digest(*digest));
    reply.with("Accept-Ranges", "bytes");
    const auto& headers = call.request.headers;
    if (ports::header(headers, "If-None-Match") == tag) {
        reply.status = 304;
        return reply;
    }
    const auto size = (*reader)->size();
    const auto condition = ports::header(headers, "If-Range");
    const bool ranged = condition.empty() || condition == tag;
    const auto range = parse_range(ranged ? ports::header(headers, "Range") : "", size);
    if (!range.possible) {
        reply.status = 416;
        reply.with("Content-Range", "bytes */" + std::to_string(size));
        return reply;
    }
    if (range.given) {
        reply.status = 206;
        reply.with(
            "Content-Range",
            "bytes " + std::to_string(range.from) + "-" +
                std::to_string(range.from + range.size - 1) + "/" + std::to_string(size)
        );
    }
    const auto about = formats::read_json(body);
    if (!about) return refuse(call, "internal");
    reply.with("Content-Type", about->text_of("media_type", "application/octet-stream"));
    reply.with(
        "Content-Disposition",
        "attachment; filename*=UTF-8''" + percent_encode(about->text_of("filename"))
    );
    if (range.size == 0) return reply;
    reply.stream = std::make_shared<BlobSlice>(std::move(*reader), range.from, range.size);
    reply.stream_size = range.size;
    return reply;
}

core::Result<crypto::FileLink> read_link(ports::Signer& signer, const Call& call) {
    const crypto::LinkMac mac = [&](std::string_view text) {
        return signer.hmac_sha256("file_links", text);
    };
    return crypto::read_file_token(mac, call.path[0], call.now);
}

}  // namespace

asio::awaitable<Reply> get_content(Context& context, Call& call) {
    auto found = co_await context.parts.store->object("attachment", call.who.tenant, call.path[0]);
    if (!found) co_return refuse(call, found.error());
    if (!*found) co_return refuse(call, "not_found");
    co_return send(context, call, **found, (*found)->body);
}

asio::awaitable<Reply> get_linked_file(Context& context, Call& call) {
    auto link = read_link(*context.parts.signer, call);
    if (!link) {
        const auto wait = context.limits.failure(call.request.remote, call.now);
        if (wait) co_return refuse_rate(call, *wait);
        co_return refuse(call, link.error());
    }
    call.who.tenant = link->tenant;
    call.who.client = "file_link";
    auto found = co_await context.parts.store->object("attachment", link->tenant, link->attachment);
    if (!found) co_return refuse(call, found.error());
    if (!*found) co_return refuse(call, "not_found");
    // DS-9: each use is kept with time and address.
    auto detail = core::Document::object();
    detail.set("address", core::Document::text(call.request.remote));
    detail.set("request_id", core::Document::text(call.request_id));
    auto row = audit_row(call, "attachment/" + link->attachment, formats::write_json(detail));
    ports::Acceptance acceptance;
    acceptance.audit.push_back(std::move(row));
    acceptance.needed = true;  // the partner fetches the files of dossiers it already has
    Reply none;
    auto noted = co_await commit(context, call, std::move(acceptance), std::move(none));
    if (noted.reply.status >= 500) co_return std::move(noted.reply);
    co_return send(context, call, **found, (*found)->body);
}

}  // namespace gw::api
