// Where the collector gets a file from, and how its bytes reach the blob store.
#include "gateway/crypto/digest.hpp"
#include "gateway/engine/collector.hpp"
#include "gateway/formats/json.hpp"

namespace gw::engine {
namespace {

using core::Advice;
using core::Blame;
using core::Document;
using core::Error;

constexpr std::size_t head_bytes = 512;

Error source_unreadable(std::string what) {
    return {Advice::give_up, Blame::partner, "file.source_unreadable", std::move(what)};
}

}  // namespace

ports::Async<Collector::Fetched> Collector::fetch(const Document& entry) {
    const Document* source = entry.find("source");
    if (source == nullptr) co_return source_unreadable("The manifest names no source.");
    if (source->is_text()) {
        Document plain = Document::object();
        plain.set("url", *source);
        auto fetched = co_await fetch_url(plain);
        co_return fetched;
    }
    if (source->find("url") != nullptr) {
        auto fetched = co_await fetch_url(*source);
        co_return fetched;
    }
    if (source->find("message") != nullptr) {
        auto fetched = co_await fetch_part(*source);
        co_return fetched;
    }
    auto bytes = crypto::from_base64(source->text_of("base64"));
    if (!bytes || bytes->empty()) co_return source_unreadable("The content is not base64.");
    co_return keep(std::move(*bytes));
}

ports::Async<Collector::Fetched> Collector::fetch_url(const Document& source) {
    auto writer = blobs_.create();
    if (!writer) co_return writer.error();
    const bool encoded = source.text_of("encoding") == "base64";
    ports::HttpRequest request;
    request.url = source.text_of("url");
    request.method = source.text_of("method", "GET");
    request.body = source.text_of("body");
    request.total_max = options_.file_max;
    if (const Document* headers = source.find("headers"))
        for (const core::Member& h : headers->members())
            request.headers.emplace_back(h.name, h.value.as_text());
    Fetched f;
    core::Result<void> stored = core::Result<void>();
    std::string text;
    const std::uint64_t most = options_.file_bytes_max;
    auto on_piece = [&](std::string_view piece) {
        if (encoded) {
            text += piece;
            return text.size() <= most / 3 * 4 + 4;
        }
        if (f.head.size() < head_bytes) f.head += piece.substr(0, head_bytes - f.head.size());
        stored = (*writer)->write(piece);
        return stored.has_value() && (*writer)->size() <= most;
    };
    std::function<bool(std::string_view)> sink = on_piece;
    auto answer = co_await http_.download(std::move(request), std::move(sink));
    if (!stored) co_return stored.error();
    if (answer.failure.too_large)
        co_return Error(
            Advice::give_up, Blame::partner, "file.too_large", "larger than files may be"
        );
    if (answer.failure.address_refused)  // waits for `attachments.allowed_networks`
        co_return Error(
            Advice::retry, Blame::ours, "file.address_refused", std::move(answer.failure.what)
        );
    if (!answer.ok || answer.response.status != 200)
        co_return Error(
            Advice::retry,
            Blame::partner,
            "file.unavailable",
            "HTTP status " + std::to_string(answer.response.status)
        );
    if (encoded) {
        auto bytes = crypto::from_base64(text);
        if (!bytes) co_return source_unreadable("The answer is not base64.");
        co_return keep(std::move(*bytes));
    }
    f.size = (*writer)->size();
    auto digest = (*writer)->finish();
    if (!digest) co_return digest.error();
    f.digest = *digest;
    co_return f;
}

ports::Async<Collector::Fetched> Collector::fetch_part(const Document& source) {
    const auto number = source.find("message")->as_integer();
    if (!number) co_return source_unreadable("The source names no message.");
    auto message = co_await store_.message(core::MessageId(*number));
    if (!message) co_return message.error();
    if (!*message) co_return source_unreadable("The message is not kept any more.");
    formats::JsonLimits limits;
    limits.bytes_max = 256 << 20;
    limits.items_max = 100'000;
    const auto tree = formats::read_json(*(*message)->envelope.body, limits);
    if (!tree) co_return tree.error();
    const Document* part = tree->at(source.text_of("pointer"));
    if (part == nullptr) co_return source_unreadable("The message has no such part.");
    auto bytes = crypto::from_base64(part->as_text());
    if (!bytes || bytes->empty()) co_return source_unreadable("The part is not base64.");
    co_return keep(std::move(*bytes));
}

core::Result<Collector::Fetched> Collector::keep(std::string bytes) {
    if (bytes.size() > options_.file_bytes_max)
        return Error(Advice::give_up, Blame::partner, "file.too_large", "larger than files may be");
    auto writer = blobs_.create();
    if (!writer) return writer.error();
    if (auto written = (*writer)->write(bytes); !written) return written.error();
    Fetched f;
    f.size = bytes.size();
    f.head = bytes.substr(0, head_bytes);
    auto digest = (*writer)->finish();
    if (!digest) return digest.error();
    f.digest = *digest;
    return f;
}

}  // namespace gw::engine
