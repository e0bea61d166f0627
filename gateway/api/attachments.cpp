// Attachments: streamed in, hashed on the way, kept by digest (contract 3.4).
#include "gateway/api/effects.hpp"
#include "gateway/api/files.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

namespace gw::api {

namespace {

constexpr std::size_t head_bytes = 512;

/// What one streamed body was.
struct Taken {
    Taken() = default;
    std::optional<Reply> refusal;
    core::Digest digest{};
    std::uint64_t size = 0;
    std::string head;
};

/// Reads the stream into `writer`; the caller decides whether it is finished.
asio::awaitable<Taken> take(Call& call, ports::BlobWriter& writer) {
    Taken taken;
    crypto::Sha256 hash;
    while (true) {
        auto piece = co_await call.request.stream->read();
        if (!piece) {
            taken.refusal = refuse(call, piece.error());
            co_return taken;
        }
        if (piece->empty()) break;
        hash.update(*piece);
        taken.size += piece->size();
        if (taken.head.size() < head_bytes)
            taken.head.append(*piece, 0, head_bytes - taken.head.size());
        auto written = writer.write(*piece);
        if (!written) {
            taken.refusal = refuse(call, written.error());
            co_return taken;
        }
    }
    taken.digest = hash.finish();
    co_return taken;
}

/// The message that stands for the file in the store: its bytes are kept apart.
void describe(Call& call, const StoredFile& file) {
    auto body = core::Document::object();
    body.set("filename", core::Document::text(file.filename));
    body.set("media_type", core::Document::text(file.media_type));
    body.set("sha256", core::Document::text(crypto::to_hex(file.digest)));
    call.raw = std::make_shared<const std::string>(formats::write_json(body));
    call.digest = crypto::sha256(*call.raw);
}

Reply refuse_file(const Call& call, std::string_view code, const std::string& name) {
    core::Problem problem{std::string(code)};
    problem.values.push_back(name);
    return refuse(call, problem);
}

/// Media type without parameters, lower case.
std::string bare_type(std::string_view header) {
    std::string type(header.substr(0, header.find(';')));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    for (char& c : type)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return type;
}

}  // namespace

asio::awaitable<Reply> create_attachment(Context& context, Call& call) {
    const auto& headers = call.request.headers;
    const auto given = ports::header(headers, "Content-Digest");
    if (given.empty()) co_return refuse(call, "request.header_missing", "Content-Digest");
    const auto declared = parse_content_digest(given);
    if (!declared)
        co_return refuse(call, "request.malformed", "Content-Digest is not sha-256=:<base64>:");
    const auto name = file_name(ports::header(headers, "Content-Disposition"));
    if (!name) co_return refuse(call, "request.malformed", "Content-Disposition");
    if (call.request.stream == nullptr) co_return refuse(call, "request.malformed", "no body");
    auto writer = context.parts.blobs->create();
    if (!writer) co_return refuse(call, writer.error());
    auto taken = co_await take(call, **writer);
    if (taken.refusal) co_return std::move(*taken.refusal);
    // The writer dies unfinished on every refusal below: nothing is kept.
    if (taken.digest != *declared) co_return refuse_file(call, "attachment.digest_mismatch", *name);
    StoredFile file;
    file.filename = *name;
    file.media_type = accepted_type(taken.head, bare_type(ports::header(headers, "Content-Type")));
    file.digest = taken.digest;
    file.size = taken.size;
    if (file.media_type.empty())
        co_return refuse(call, "request.unsupported_media", "content is not of an accepted type");
    auto finished = (*writer)->finish();
    if (!finished) co_return refuse(call, finished.error());
    describe(call, file);
    std::vector<core::ObjectWrite> nothing_else;
    auto reply = co_await attach(context, call, std::move(file), std::move(nothing_else));
    co_return reply;
}

asio::awaitable<Reply> get_attachment(Context& context, Call& call) {
    auto found = co_await context.parts.store->object("attachment", call.who.tenant, call.path[0]);
    if (!found) co_return refuse(call, found.error());
    if (!*found) co_return refuse(call, "not_found");
    Reply reply(200, std::move((*found)->body));
    reply.with("ETag", etag((*found)->version));
    co_return reply;
}

}  // namespace gw::api
