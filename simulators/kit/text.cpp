// Text helpers: encodings, digests, and times written from their definitions alone.
#include "simulators/kit/text.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdio>

namespace sim::kit {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

/// Digits only; -1 otherwise.
int number(std::string_view digits) {
    int n = 0;
    for (char c : digits) {
        if (c < '0' || c > '9') return -1;
        n = n * 10 + (c - '0');
    }
    return digits.empty() ? -1 : n;
}

std::optional<core::Instant> instant(int y, int mo, int d, int h, int mi, int s) {
    using namespace std::chrono;
    if (y < 0 || mo < 1 || d < 1 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 59)
        return {};
    year_month_day day{
        year(y), month(static_cast<unsigned>(mo)), std::chrono::day(static_cast<unsigned>(d))};
    if (!day.ok()) return {};
    return core::Instant(sys_days(day) + hours(h) + minutes(mi) + seconds(s));
}

struct Parts {
    int year, month, day, hour, minute, second, milli;
};
Parts local_parts(core::Instant t) {
    using namespace std::chrono;
    auto local = t + hours(7);
    auto day = floor<days>(local);
    year_month_day ymd(day);
    hh_mm_ss<milliseconds> time(local - day);
    return {
        int(ymd.year()),
        int(unsigned(ymd.month())),
        int(unsigned(ymd.day())),
        int(time.hours().count()),
        int(time.minutes().count()),
        int(time.seconds().count()),
        int(time.subseconds().count())};
}

template <class... Args>
std::string formatted(const char* form, Args... args) {
    std::array<char, 64> buffer{};
    int n = std::snprintf(buffer.data(), buffer.size(), form, args...);
    return std::string(buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
}

}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower(c);
    return out;
}

std::string url_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
            hex_value(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string url_encode(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (char c : text) {
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

std::string html_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    for (char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\'')
            out += "&#39;";
        else
            out += c;
    }
    return out;
}

std::vector<std::string> split(std::string_view text, char by) {
    std::vector<std::string> out;
    while (true) {
        auto at = text.find(by);
        out.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return out;
        text.remove_prefix(at + 1);
    }
}

std::string hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
    return hex({reinterpret_cast<const char*>(digest.data()), size});
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        reinterpret_cast<const unsigned char*>(bytes.data()),
        bytes.size(),
        digest.data(),
        &size
    );
    return hex({reinterpret_cast<const char*>(digest.data()), size});
}

std::string base64(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    int n = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()),
        static_cast<int>(bytes.size())
    );
    out.resize(static_cast<std::size_t>(n));
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string out;
    unsigned bits = 0, held = 0;
    std::size_t symbols = 0;
    bool padded = false;
    for (char c : text) {
        if (c == '\r' || c == '\n' || c == ' ') continue;
        if (c == '=') {
            padded = true;
            continue;
        }
        int value = base64_value(c);
        if (value < 0 || padded) return {};
        bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffffff;
        held += 6;
        ++symbols;
        if (held >= 8) {
            held -= 8;
            out += static_cast<char>(bits >> held & 0xff);
        }
    }
    if (symbols % 4 == 1) return {};
    return out;
}

bool same_secret(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned different = 0;
    for (std::size_t i = 0; i < a.size(); ++i) different |= static_cast<unsigned char>(a[i] ^ b[i]);
    return different == 0;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        auto c = static_cast<unsigned char>(text[i]);
        std::size_t more = c < 0x80                ? 0
                           : c >= 0xc2 && c < 0xe0 ? 1
                           : c >= 0xe0 && c < 0xf0 ? 2
                           : c >= 0xf0 && c < 0xf5 ? 3
                                                   : 9;
        if (more == 9 || i + more >= text.size() + (more == 0)) return false;
        for (std::size_t k = 1; k <= more; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        if (more >= 2) {
            auto second = static_cast<unsigned char>(text[i + 1]);
            if ((c == 0xe0 && second < 0xa0) || (c == 0xed && second > 0x9f) ||
                (c == 0xf0 && second < 0x90) || (c == 0xf4 && second > 0x8f))
                return false;
        }
        i += more + 1;
    }
    return true;
}

std::size_t code_points(std::string_view text) {
    std::size_t n = 0;
    for (char c : text) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return n;
}

std::string rfc3339(core::Instant t) {
    auto p = local_parts(t);
    return formatted(
        "%04d-%02d-%02dT%02d:%02d:%02d.%03d+07:00",
        p.year,
        p.month,
        p.day,
        p.hour,
        p.minute,
        p.second,
        p.milli
    );
}

std::optional<core::Instant> from_rfc3339(std::string_view text) {
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' ||
        (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
        return {};
    auto t = instant(
        number(text.substr(0, 4)),
        number(text.substr(5, 2)),
        number(text.substr(8, 2)),
        number(text.substr(11, 2)),
        number(text.substr(14, 2)),
        number(text.substr(17, 2))
    );
    if (!t) return {};
    text.remove_prefix(19);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        int scale = 100;
        while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
            *t += core::Duration((text[0] - '0') * scale);
            scale /= 10;
            text.remove_prefix(1);
        }
    }
    if (text == "Z") return t;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return {};
    int h = number(text.substr(1, 2)), m = number(text.substr(4, 2));
    if (h < 0 || h > 23 || m < 0 || m > 59) return {};
    auto offset = std::chrono::hours(h) + std::chrono::minutes(m);
    return text[0] == '+' ? *t - offset : *t + offset;
}

std::string compact_time(core::Instant t) {
    auto p = local_parts(t);
    return formatted(
        "%04d%02d%02d%02d%02d%02d", p.year, p.month, p.day, p.hour, p.minute, p.second
    );
}

std::optional<core::Instant> from_compact_time(std::string_view text) {
    if (text.size() != 14) return {};
    auto t = instant(
        number(text.substr(0, 4)),
        number(text.substr(4, 2)),
        number(text.substr(6, 2)),
        number(text.substr(8, 2)),
        number(text.substr(10, 2)),
        number(text.substr(12, 2))
    );
    if (!t) return {};
    return *t - std::chrono::hours(7);
}

std::string short_day(core::Instant t) {
    auto p = local_parts(t);
    return formatted("%02d%02d%02d", p.year % 100, p.month, p.day);
}

std::string readable_time(core::Instant t) {
    auto p = local_parts(t);
    return formatted(
        "%02d/%02d/%04d %02d:%02d:%02d", p.day, p.month, p.year, p.hour, p.minute, p.second
    );
}

std::uint64_t Random::next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

std::uint64_t mix(std::uint64_t seed, std::string_view name) {
    std::uint64_t h = 0xcbf29ce484222325ULL ^ seed;
    for (char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return h;
}

}  // namespace sim::kit
