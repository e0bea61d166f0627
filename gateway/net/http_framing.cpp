// Where an HTTP/1.1 request begins and ends, read strictly: whatever two parsers could read
// differently is refused.
#include "gateway/net/http_framing.hpp"

#include <algorithm>
#include <charconv>

namespace gw::net {
namespace {

constexpr std::size_t method_bytes_max = 32;
constexpr int chunk_digits_max = 15;                    // a size always fits 64 bits
constexpr std::size_t chunk_extra_bytes_max = 8 << 10;  // of a whole body

bool is_token_char(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
    return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool is_token(std::string_view s) {
    return !s.empty() && std::all_of(s.begin(), s.end(), is_token_char);
}
bool is_control(char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\t') || u == 0x7f;
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}
std::string_view trimmed(std::string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
    return s;
}
bool list_has(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (same_word(trimmed(list.substr(0, comma)), word)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}
int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
    return -1;
}

void refuse(Head& head, int status, std::string_view why) {
    if (head.status != 0) return;
    head.status = status;
    head.why = why;
}

bool is_host(std::string_view s) {
    const auto good = [](char c) {
        return is_token_char(c) || std::string_view(":[]").find(c) != std::string_view::npos;
    };
    return std::all_of(s.begin(), s.end(), good);
}

void read_request_line(Head& head, std::string_view line) {
    const auto first = line.find(' ');
    const auto second = first == line.npos ? line.npos : line.find(' ', first + 1);
    if (second == line.npos) return refuse(head, 400, "the request line has not three parts");
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, second - first - 1);
    const auto version = line.substr(second + 1);
    if (!is_token(head.method)) return refuse(head, 400, "the method is no word");
    if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.')
        return refuse(head, 400, "the request line does not end with a version");
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return refuse(head, 505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    head.old = version == "HTTP/1.0";
    if (head.method.size() > method_bytes_max || head.method == "CONNECT" || head.method == "TRACE")
        return refuse(head, 501, "this method is not known");
    if (head.target.size() > target_bytes_max) return refuse(head, 414, "the address is too long");
    const auto is_plain = [](char c) { return c > 0x20 && c < 0x7f && c != '#'; };
    if (!head.target.starts_with('/') ||
        !std::all_of(head.target.begin(), head.target.end(), is_plain))
        return refuse(head, 400, "the address must be a path in ASCII that begins with /");
}

/// Counts of the headers that decide on framing.
struct Seen {
    int host = 0, length = 0, coding = 0, expect = 0;
};

void read_length(Head& head, std::string_view value) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (value.empty() || value.size() > 18 || !std::all_of(value.begin(), value.end(), digit))
        return refuse(head, 400, "Content-Length is no number");
    std::from_chars(value.data(), value.data() + value.size(), head.content_length);
    head.has_length = true;
}

void read_header(Head& head, Seen& seen, std::string_view line) {
    const auto colon = line.find(':');
    if (line.front() == ' ' || line.front() == '\t')
        return refuse(head, 400, "a header goes on over two lines");
    if (colon == line.npos || !is_token(line.substr(0, colon)))
        return refuse(head, 400, "a header has no proper name");
    const auto name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
    if (same_word(name, "Content-Length")) {
        ++seen.length;
        read_length(head, value);
    } else if (same_word(name, "Transfer-Encoding")) {
        ++seen.coding;
        head.chunked = same_word(value, "chunked");
        if (!head.chunked)
            refuse(
                head,
                list_has(value, "chunked") ? 400 : 501,
                "the only transfer coding here is chunked"
            );
    } else if (same_word(name, "Host")) {
        ++seen.host;
        if (!is_host(value)) refuse(head, 400, "Host is no host name");
    } else if (same_word(name, "Connection")) {
        if (list_has(value, "close")) head.keep_alive = false;
    } else if (same_word(name, "Expect")) {
        ++seen.expect;
        head.expects_continue = same_word(value, "100-continue");
        if (!head.expects_continue)
            refuse(head, 417, "the only expectation known here is 100-continue");
    } else if (same_word(name, "Content-Encoding")) {
        if (!value.empty() && !same_word(value, "identity"))
            refuse(head, 415, "compressed bodies are not accepted");
    }
}

}  // namespace

HeadEnd find_head_end(std::string_view bytes, std::size_t from) {
    HeadEnd end;
    for (auto i = from; i < bytes.size(); ++i) {
        if (!is_control(bytes[i])) continue;
        if (bytes[i] == '\r' && i + 1 == bytes.size()) {
            end.at = i;
            return end;
        }
        const bool line_end = bytes[i] == '\r' && bytes[i + 1] == '\n';
        if (!line_end || i == 0) {
            end.kind = HeadEnd::Kind::bad;
            return end;
        }
        if (bytes[i - 1] == '\n') {
            end.kind = HeadEnd::Kind::found;
            end.at = i + 2;
            return end;
        }
        ++i;
    }
    end.at = bytes.size();
    return end;
}

Head check_head(std::string_view block) {
    Head head;
    Seen seen;
    auto line_end = block.find("\r\n");
    read_request_line(head, block.substr(0, line_end));
    std::size_t count = 0;
    while (head.status == 0) {
        block.remove_prefix(line_end + 2);
        line_end = block.find("\r\n");
        if (line_end == 0 || line_end == block.npos) break;
        if (++count > headers_max)
            refuse(head, 431, "more than 100 headers");
        else
            read_header(head, seen, block.substr(0, line_end));
    }
    if (seen.host > 1 || (seen.host == 0 && !head.old))
        refuse(head, 400, "one Host header is wanted");
    if (seen.length > 1 || seen.coding > 1 || seen.length + seen.coding > 1)
        refuse(head, 400, "the length of the body is given twice");
    if (seen.expect > 1) refuse(head, 400, "Expect is given twice");
    if (head.old && seen.coding > 0) refuse(head, 400, "HTTP/1.0 knows no transfer coding");
    if (head.old) {
        head.keep_alive = false;
        head.expects_continue = false;
    }
    return head;
}

ChunkDecoder::Step ChunkDecoder::next(std::string_view& bytes, std::string_view& piece) {
    while (!bytes.empty() && state_ != State::done && state_ != State::bad) {
        if (state_ == State::data) {
            piece = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
            bytes.remove_prefix(piece.size());
            left_ -= piece.size();
            if (left_ == 0) state_ = State::data_cr;
            return Step::data;
        }
        state_ = on(bytes.front());
        bytes.remove_prefix(1);
    }
    if (state_ == State::done) return Step::end;
    return state_ == State::bad ? Step::bad : Step::need_more;
}

ChunkDecoder::State ChunkDecoder::on(char c) {
    switch (state_) {
        case State::size_first:
        case State::size:
            return on_size(c);
        case State::extension:
            if (c == '\r') return State::size_lf;
            return is_control(c) || ++extra_ > chunk_extra_bytes_max ? State::bad
                                                                     : State::extension;
        case State::size_lf:
            return c == '\n' ? size_read() : State::bad;
        case State::data_cr:
            return c == '\r' ? State::data_lf : State::bad;
        case State::data_lf:
            return c == '\n' ? State::size_first : State::bad;
        case State::line_first:
        case State::line:
            return on_line(c);
        case State::line_lf:
            return c == '\n' ? State::line_first : State::bad;
        case State::end_lf:
            return c == '\n' ? State::done : State::bad;
        case State::data:
        case State::done:
        case State::bad:
            break;
    }
    return State::bad;
}

ChunkDecoder::State ChunkDecoder::on_size(char c) {
    const int value = hex_value(c);
    if (value >= 0) {
        if (state_ == State::size_first) digits_ = 0;
        left_ = (digits_ == 0 ? 0 : left_ << 4) | static_cast<std::uint64_t>(value);
        return ++digits_ > chunk_digits_max ? State::bad : State::size;
    }
    if (state_ == State::size_first) return State::bad;
    if (c == '\r') return State::size_lf;
    return c == ';' ? State::extension : State::bad;
}

ChunkDecoder::State ChunkDecoder::size_read() {
    return left_ > 0 ? State::data : State::line_first;
}

ChunkDecoder::State ChunkDecoder::on_line(char c) {
    if (c == '\r') return state_ == State::line_first ? State::end_lf : State::line_lf;
    const bool folded = state_ == State::line_first && (c == ' ' || c == '\t' || c == ':');
    return folded || is_control(c) || ++extra_ > chunk_extra_bytes_max ? State::bad : State::line;
}

}  // namespace gw::net
