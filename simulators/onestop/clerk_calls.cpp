// The clerk's calls that every step shares: posting with the mistakes people make, and uploads.
#include "simulators/onestop/clerk.hpp"
#include "simulators/onestop/json.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sim::onestop {
namespace {
constexpr const char* officer = "CB0001";
constexpr std::size_t chunked_from = 512 << 10, chunk_bytes = 200 << 10;

std::size_t offset_of(const Reply& reply) {
    const auto text = ports::header(reply.headers, "Upload-Offset");
    std::size_t offset = 0;
    std::from_chars(text.data(), text.data() + text.size(), offset);
    return offset;
}
std::string id_of(const Reply& reply) {
    rapidjson::Document answer;
    answer.Parse(reply.body.c_str());
    return text_of(answer, "id");
}
}  // namespace

bool Clerk::errs(const char* mistake, const std::string& service, const std::string& dossier) {
    kit::Occasion occasion;
    occasion.service = service;
    occasion.dossier = dossier;
    occasion.now = clock_.now();
    return mistakes_.strikes(mistake, occasion) != nullptr;
}

asio::awaitable<Reply> Clerk::post(Request request, int wanted) {
    if (request.key.empty()) request.key = client_.new_key();
    request.actor = officer;
    const Request again = request;
    Reply first = co_await client_.call(std::move(request));
    if (!first.reached) co_return first;
    if (first.status != wanted) {
        ledger_.surprise(
            again.method + " " + again.path + ": " + std::to_string(first.status) + " " +
            first.body.substr(0, 600)
        );
        co_return first;
    }
    if (errs("repeat_same", again.path, "")) {
        const auto second = co_await client_.call(again);
        if (second.reached &&
            (second.status != first.status || second.body != first.body || !second.replayed))
            ledger_.surprise(
                "repeat of " + again.path +
                " was answered differently: " + std::to_string(second.status)
            );
    }
    if (!again.body.empty() && errs("repeat_changed", again.path, "")) {
        Request changed = again;
        changed.body.insert(1, " ");
        const auto third = co_await client_.call(std::move(changed));
        if (third.reached && third.code != "idempotency.conflict")
            ledger_.surprise(
                "same key with another body at " + again.path + ": " + std::to_string(third.status)
            );
        else
            ++ledger_.refused_as_expected;
    }
    co_return first;
}

/// Bytes that do not fit their digest, and an upload that breaks off: nothing of either is kept.
asio::awaitable<void> Clerk::upload_wrongly(Request request, std::string digest) {
    request.more.emplace_back("Content-Digest", digest);
    if (errs("cut_upload", request.path, "")) {
        Request half = request;
        half.key = client_.new_key();
        const auto bytes = half.body.size() / 2;
        co_await client_.cut(std::move(half), bytes);
        ++ledger_.refused_as_expected;
    }
    if (!errs("wrong_digest", request.path, "")) co_return;
    request.key = client_.new_key();
    request.body.back() ^= 1;
    const auto refused = co_await client_.call(std::move(request));
    if (refused.reached && refused.code != "attachment.digest_mismatch")
        ledger_.surprise(
            "upload with a wrong digest: " + std::to_string(refused.status) + " " +
            refused.body.substr(0, 300)
        );
    else
        ++ledger_.refused_as_expected;
}

asio::awaitable<std::string> Clerk::upload(
    std::size_t bytes, std::uint64_t seed, std::string name
) {
    std::string content = make_file(bytes, seed);
    std::string id = co_await upload_content(std::move(content), std::move(name));
    co_return id;
}

asio::awaitable<std::string> Clerk::upload_content(std::string content, std::string name) {
    Request request;
    request.path = "/v1/attachments";
    request.content_type = "application/pdf";
    if (content.size() >= chunked_from) {
        std::string chunked = co_await upload_in_chunks(content, name);
        co_return chunked;
    }
    request.body = std::move(content);
    const std::string digest = content_digest(request.body);
    request.more.emplace_back("Content-Disposition", "attachment; filename*=UTF-8''" + name);
    Request wrong = request;
    co_await upload_wrongly(std::move(wrong), digest);
    request.more.emplace_back("Content-Digest", digest);
    request.key = client_.new_key();
    const auto reply = co_await client_.call(std::move(request));
    if (!reply.reached || (reply.status != 201 && reply.status != 200)) {
        ledger_.surprise(
            "upload: " + std::to_string(reply.status) + " " + reply.body.substr(0, 300)
        );
        co_return std::string();
    }
    co_return id_of(reply);
}

/// Large files go in pieces. After a cut the client does not know what arrived: it starts from the
/// beginning and is told where to go on.
asio::awaitable<std::string> Clerk::upload_in_chunks(const std::string& content, std::string name) {
    Request declare;
    declare.path = "/v1/uploads";
    Json j;
    j.begin().set("filename", name).set("media_type", "application/pdf");
    j.set("size", static_cast<std::int64_t>(content.size())).set("sha256", sha256_hex(content));
    declare.body = j.end().text();
    const auto declared = co_await post(std::move(declare), 201);
    const std::string id = id_of(declared);
    if (declared.status != 201) co_return std::string();
    std::size_t offset = 0;
    int conflicts = 0;
    while (offset < content.size() && conflicts < 100) {
        Request piece;
        piece.method = "PATCH";
        piece.path = "/v1/uploads/" + id;
        piece.content_type = "application/octet-stream";
        const bool lost = offset > 0 && errs("cut_upload", piece.path, "");
        if (lost) offset = 0;
        piece.body = content.substr(offset, chunk_bytes);
        piece.more.emplace_back("Upload-Offset", std::to_string(offset));
        const auto reply = co_await client_.call(std::move(piece));
        if (reply.status != 204 && reply.code != "upload.offset_conflict") {
            ledger_.surprise("chunk: " + std::to_string(reply.status) + " " + reply.body);
            co_return std::string();
        }
        if (reply.status == 409) ++conflicts, ++ledger_.refused_as_expected;
        offset = offset_of(reply);
    }
    Request complete;
    complete.path = "/v1/uploads/" + id + "/complete";
    const auto reply = co_await post(std::move(complete), 201);
    if (reply.status != 201) co_return std::string();
    co_return id_of(reply);
}

}  // namespace sim::onestop
