// The body of the request that a connection is reading; cut off from it when the request ends.
#pragma once

#include "gateway/net/http_connection.hpp"

namespace gw::net {

class HttpConnection::Body : public ports::BodyStream {
public:
    /// `time_max`: all of it has come by then, or it is refused.
    Body(
        HttpConnection& connection,
        const Head& head,
        std::uint64_t bytes_max,
        core::Duration time_max
    );
    asio::awaitable<core::Result<std::string>> read() override;
    /// Reads and drops a small rest, so that the connection can be kept. False: too much, or
    /// broken.
    asio::awaitable<bool> drop_rest();
    void detach() { connection_ = nullptr; }
    bool finished() const { return finished_; }
    core::Error fail(int status, std::string_view why);
    /// 0, or why the body was refused: 400, 408, 413, 503; 499 = the peer went away.
    int status() const { return status_; }

private:
    asio::awaitable<bool> continue_sent();
    asio::awaitable<core::Result<std::string>> read_piece();
    bool take(std::string& piece);
    void take_chunks(std::string_view& bytes, std::string& piece);
    core::Duration time_left() const;

    HttpConnection* connection_;
    ChunkDecoder chunks_;
    bool chunked_, wants_continue_, finished_;
    std::uint64_t left_, bytes_max_, taken_ = 0;
    int status_ = 0;
    core::Duration time_max_;
    Clock::time_point began_;
};

}  // namespace gw::net
