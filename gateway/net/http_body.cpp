// The body of the request that a connection is reading; cut off from it when the request ends.
#include "gateway/net/http_body.hpp"

#include <algorithm>

namespace gw::net {
namespace {

constexpr std::size_t piece_bytes_max = 64 << 10;
constexpr std::uint64_t rest_bytes_max = 256 << 10;  // read and dropped to keep a connection
constexpr std::uint64_t bytes_per_second_min = 1 << 10;

}  // namespace

HttpConnection::Body::Body(
    HttpConnection& connection, const Head& head, std::uint64_t bytes_max, core::Duration time_max
)
    : connection_(&connection),
      chunked_(head.chunked),
      wants_continue_(head.expects_continue),
      finished_(!head.has_body()),
      left_(head.content_length),
      bytes_max_(bytes_max),
      time_max_(time_max),
      began_(Clock::now()) {}

core::Error HttpConnection::Body::fail(int status, std::string_view why) {
    status_ = status;
    return core::give_up(
        status == 413 ? "request.too_large" : "request.cut_short", std::string(why)
    );
}

asio::awaitable<core::Result<std::string>> HttpConnection::Body::read() {
    if (finished_) co_return std::string();
    if (status_ != 0) co_return fail(status_, "the body was refused before");
    if (connection_ == nullptr) co_return fail(499, "the request is over");
    auto op = read_piece();
    auto result = co_await std::move(op);
    if (connection_ != nullptr) connection_->enter(Phase::handling, core::Duration::max());
    co_return result;
}

asio::awaitable<core::Result<std::string>> HttpConnection::Body::read_piece() {
    if (wants_continue_) {
        const bool sent = co_await continue_sent();
        if (!sent) co_return fail(499, "the connection was closed");
    }
    std::string piece;
    while (!take(piece)) {
        if (status_ == 413) co_return fail(413, "the body is larger than allowed here");
        if (status_ != 0) co_return fail(status_, "the chunks of the body are malformed");
        connection_->enter(Phase::body, time_left());
        const IoResult got = co_await connection_->fill(piece_bytes_max);
        if (connection_ == nullptr) co_return fail(499, "the request is over");
        if (got.ec && connection_->timed_out_) co_return fail(408, "the body came too slowly");
        if (got.ec) co_return fail(499, "the connection was closed inside the body");
    }
    co_return piece;
}

/// False: more bytes are needed, or status_ says why there will be none.
bool HttpConnection::Body::take(std::string& piece) {
    auto bytes = connection_->unread().substr(0, piece_bytes_max);
    const auto before = bytes.size();
    if (chunked_) {
        take_chunks(bytes, piece);
    } else {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
        piece.assign(bytes.substr(0, size));
        bytes.remove_prefix(size);
        left_ -= size;
        finished_ = left_ == 0;
    }
    taken_ += piece.size();
    connection_->from_ += before - bytes.size();
    if (taken_ > bytes_max_) status_ = 413;
    return status_ == 0 && (finished_ || !piece.empty());
}

void HttpConnection::Body::take_chunks(std::string_view& bytes, std::string& piece) {
    auto step = ChunkDecoder::Step::data;
    while (step == ChunkDecoder::Step::data) {  // small chunks together in one piece
        std::string_view data;
        step = chunks_.next(bytes, data);
        piece.append(data);
    }
    if (step == ChunkDecoder::Step::bad) status_ = 400;
    finished_ = step == ChunkDecoder::Step::end;
}

asio::awaitable<bool> HttpConnection::Body::continue_sent() {
    wants_continue_ = false;
    if (!connection_->unread().empty()) co_return true;  // it did not wait for us
    static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    connection_->enter(Phase::body, connection_->options_->body_stall);
    const auto buffer = asio::buffer(line);
    const error_code ec = co_await connection_->transport_->write(buffer);
    co_return !ec && connection_ != nullptr;
}

/// At most body_stall for a piece, and in all not slower than the least rate and time_max.
core::Duration HttpConnection::Body::time_left() const {
    const auto stall = connection_->options_->body_stall;
    const auto used = std::chrono::duration_cast<core::Duration>(Clock::now() - began_);
    const auto earned =
        core::Duration(static_cast<std::int64_t>(taken_ * 1000 / bytes_per_second_min));
    const auto allowed = std::min(stall + earned, time_max_);
    return std::clamp(allowed - used, core::Duration(0), stall);
}

asio::awaitable<bool> HttpConnection::Body::drop_rest() {
    const bool hopeless = wants_continue_ || (!chunked_ && left_ > rest_bytes_max);
    if (hopeless) co_return finished_;
    std::uint64_t dropped = 0;
    while (!finished_ && dropped <= rest_bytes_max) {
        const auto piece = co_await read();
        if (!piece) co_return false;
        dropped += piece->size();
    }
    co_return finished_;
}

}  // namespace gw::net
