// Resumable uploads: declared, sent in chunks, put together (contract 3.4).
#include "gateway/api/effects.hpp"
#include "gateway/api/files.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/jobs.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/schema.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

namespace gw::api {

namespace {

using core::Document;

constexpr std::int64_t chunk_bytes = 8 << 20;
constexpr std::size_t piece_bytes = 64 << 10;

std::uint64_t number_of(const Document& object, std::string_view name) {
    const auto* value = object.find(name);
    const auto number = value == nullptr ? std::nullopt : value->as_integer();
    return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

/// Chunks of different uploads never share a blob: each begins with a line that names it, so that
/// one can be removed without asking who else holds it.
std::string chunk_mark(const std::string& upload, std::uint64_t offset) {
    return "upload " + upload + " " + std::to_string(offset) + "\n";
}

Reply wrong_offset(const Call& call, std::uint64_t offset) {
    core::Problem problem("upload.offset_conflict");
    problem.extra.emplace_back("upload_offset", std::to_string(offset));
    auto reply = refuse(call, problem);
    reply.with("Upload-Offset", std::to_string(offset));
    return reply;
}

/// The chunk of the call as a blob of its own.
struct Chunk {
    Chunk() = default;
    std::optional<Reply> refusal;
    core::Digest digest{};
    std::uint64_t size = 0;
};
asio::awaitable<Chunk> take_chunk(
    Context& context, Call& call, std::uint64_t offset, std::uint64_t room
) {
    Chunk chunk;
    auto writer = context.parts.blobs->create();
    if (!writer) {
        chunk.refusal = refuse(call, writer.error());
        co_return chunk;
    }
    auto written = (*writer)->write(chunk_mark(call.path[0], offset));
    while (written) {
        auto piece = co_await call.request.stream->read();
        if (!piece) {
            chunk.refusal = refuse(call, piece.error());
            co_return chunk;
        }
        if (piece->empty()) break;
        chunk.size += piece->size();
        if (chunk.size > room) {
            chunk.refusal = refuse(call, "request.too_large", "more than the declared size");
            co_return chunk;
        }
        written = (*writer)->write(*piece);
    }
    if (!written) {
        chunk.refusal = refuse(call, written.error());
        co_return chunk;
    }
    auto digest = (*writer)->finish();
    if (!digest) chunk.refusal = refuse(call, digest.error());
    if (digest) chunk.digest = *digest;
    co_return chunk;
}

/// Copies one chunk without its mark.
core::Result<void> copy_chunk(
    ports::BlobStore& blobs,
    const Document& chunk,
    std::size_t mark,
    ports::BlobWriter& writer,
    crypto::Sha256& hash,
    std::string& head
) {
    const auto digest = crypto::digest_from_hex(chunk.text_of("blob"));
    GW_ASSERT(digest.has_value());
    auto reader = blobs.open(*digest);
    if (!reader) return reader.error();
    for (std::uint64_t at = mark; at < (*reader)->size();) {
        auto piece = (*reader)->read(at, piece_bytes);
        if (!piece) return piece.error();
        if (piece->empty()) break;
        at += piece->size();
        hash.update(*piece);
        if (head.size() < 512) head.append(*piece, 0, 512 - head.size());
        if (auto written = writer.write(*piece); !written) return written.error();
    }
    return {};
}

void remove_chunks(ports::BlobStore& blobs, const Document& upload) {
    for (const auto& chunk : upload.find("chunks")->items())
        if (const auto digest = crypto::digest_from_hex(chunk.text_of("blob")))
            blobs.remove(*digest);
}

/// The whole file in the blob store, or why not.
std::optional<Reply> assemble(
    Context& context, const Call& call, const Document& upload, StoredFile& file
) {
    auto& blobs = *context.parts.blobs;
    auto writer = blobs.create();
    if (!writer) return refuse(call, writer.error());
    crypto::Sha256 hash;
    std::string head;
    std::uint64_t offset = 0;
    for (const auto& chunk : upload.find("chunks")->items()) {
        const auto mark = chunk_mark(call.path[0], offset).size();
        auto copied = copy_chunk(blobs, chunk, mark, **writer, hash, head);
        if (!copied) return refuse(call, copied.error());
        offset += number_of(chunk, "size");
    }
    file.filename = upload.text_of("filename");
    file.digest = hash.finish();
    file.size = offset;
    if (crypto::to_hex(file.digest) != upload.text_of("sha256")) {
        core::Problem problem("attachment.digest_mismatch");
        problem.values.push_back(file.filename);
        return refuse(call, problem);
    }
    file.media_type = accepted_type(head, upload.text_of("media_type"));
    if (file.media_type.empty())
        return refuse(call, "request.unsupported_media", "content is not of an accepted type");
    auto finished = (*writer)->finish();
    if (!finished) return refuse(call, finished.error());
    return std::nullopt;
}

}  // namespace

asio::awaitable<Reply> create_upload(Context& context, Call& call) {
    if (auto refusal = check_body(call, call.body, "UploadRequest")) co_return std::move(*refusal);
    if (number_of(call.body, "size") > context.options().attachment_bytes_max)
        co_return refuse(call, "request.too_large", "size");
    const auto id = context.new_id("upl");
    auto upload = std::move(call.body);
    upload.set("id", Document::text(id));
    upload.set("state", Document::text("uploading"));
    upload.set("offset", Document::number(0));
    upload.set("chunks", Document::list());
    auto answer = Document::object();
    answer.set("id", Document::text(id));
    answer.set("chunk_bytes", Document::number(chunk_bytes));
    Reply reply(201, formats::write_json(answer));
    reply.with("Location", "/v1/uploads/" + id).with("Upload-Offset", "0");
    ports::Acceptance acceptance;
    acceptance.objects.push_back(object_write(call, "upload", id, upload, 0));
    acceptance.audit.push_back(audit_row(call, "upload/" + id));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    co_return std::move(done.reply);
}

asio::awaitable<Reply> append_upload(Context& context, Call& call) {
    auto upload = co_await read_object(context, "upload", call.who.tenant, call.path[0]);
    if (!upload) co_return refuse(call, upload.error());
    if (!upload->found) co_return refuse(call, "not_found");
    const auto given = ports::header(call.request.headers, "Upload-Offset");
    if (given.empty()) co_return refuse(call, "request.header_missing", "Upload-Offset");
    const auto offset = number_of(upload->body, "offset");
    const auto wanted = to_number(given);
    if (!wanted) co_return refuse(call, "request.malformed", "Upload-Offset");
    if (*wanted != offset) co_return wrong_offset(call, offset);
    if (call.request.stream == nullptr) co_return refuse(call, "request.malformed", "no body");
    const auto room = number_of(upload->body, "size") - offset;
    auto chunk = co_await take_chunk(context, call, offset, room);
    if (chunk.refusal) co_return std::move(*chunk.refusal);
    auto entry = Document::object();
    entry.set("blob", Document::text(crypto::to_hex(chunk.digest)));
    entry.set("size", Document::number(static_cast<std::int64_t>(chunk.size)));
    if (chunk.size > 0) upload->body.find("chunks")->push(std::move(entry));
    const auto next = offset + chunk.size;
    upload->body.set("offset", Document::number(static_cast<std::int64_t>(next)));
    Reply reply(204);
    reply.with("Upload-Offset", std::to_string(next));
    ports::Acceptance acceptance;
    acceptance.objects.push_back(
        object_write(call, "upload", call.path[0], upload->body, upload->object.version)
    );
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    // Somebody else sent this part in the meantime; his blob has the same name only if its bytes
    // are the same.
    if (done.race) co_return wrong_offset(call, next);
    co_return std::move(done.reply);
}

asio::awaitable<Reply> complete_upload(Context& context, Call& call) {
    auto upload = co_await read_object(context, "upload", call.who.tenant, call.path[0]);
    if (!upload) co_return refuse(call, upload.error());
    if (!upload->found) co_return refuse(call, "not_found");
    const auto offset = number_of(upload->body, "offset");
    if (offset != number_of(upload->body, "size")) co_return wrong_offset(call, offset);
    StoredFile file;
    if (auto refusal = assemble(context, call, upload->body, file); refusal)
        co_return std::move(*refusal);
    std::vector<core::ObjectWrite> with;
    with.push_back(object_write(call, "upload", call.path[0], upload->body, upload->object.version)
    );
    with.back().remove = true;
    auto reply = co_await attach(context, call, std::move(file), std::move(with));
    if (reply.status < 300) remove_chunks(*context.parts.blobs, upload->body);
    co_return reply;
}

asio::awaitable<void> sweep_uploads(Context& context) {
    ports::ObjectFilter filter;
    filter.kind = "upload";
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return;
    for (auto& object : page->items) {
        // Oldest change first: what follows is younger.
        if (object.updated_at + context.options().upload_life > context.now()) co_return;
        const auto upload = formats::read_json(object.body);
        if (!upload) continue;
        auto call = call_of(context, object, *upload);
        call.who.client = "gateway";
        ports::Acceptance acceptance;
        acceptance.objects.push_back(
            object_write(call, "upload", object.id, *upload, object.version)
        );
        acceptance.objects.back().remove = true;
        Reply none;
        auto done = co_await commit(context, call, std::move(acceptance), std::move(none));
        if (!done.race && done.reply.status < 400) remove_chunks(*context.parts.blobs, *upload);
    }
}

}  // namespace gw::api
