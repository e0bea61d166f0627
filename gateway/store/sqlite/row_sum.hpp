// A keyed 64-bit checksum over the columns of a row: finds bits that turned over in rows the engine
// acts on.
#pragma once

#include "gateway/core/time.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace gw::store::sqlite {

using SumKey = std::array<std::uint64_t, 2>;

class RowSum {
public:
    /// `table`: so that a row never passes for one of another table.
    RowSum(const SumKey& key, std::uint64_t table)
        : key_(key[1]), sum_(key[0] ^ mix(table, key_)) {}

    RowSum& add(std::int64_t n) {
        sum_ = mix(sum_ ^ static_cast<std::uint64_t>(n), key_);
        return *this;
    }
    RowSum& add(std::optional<core::Instant> t) { return t ? add(1).add(core::to_ms(*t)) : add(0); }
    RowSum& add(std::string_view text) {
        const std::uint64_t length = text.size();
        std::uint64_t part[2];
        while (text.size() >= 16) {
            std::memcpy(part, text.data(), 16);
            sum_ = mix(part[0] ^ key_, part[1] ^ sum_);
            text.remove_prefix(16);
        }
        part[0] = part[1] = 0;
        if (!text.empty()) std::memcpy(part, text.data(), text.size());
        sum_ = mix(part[0] ^ key_, part[1] ^ sum_);
        sum_ = mix(sum_ ^ length, key_);
        return *this;
    }
    std::int64_t value() const { return static_cast<std::int64_t>(mix(sum_, odd)); }

private:
    static constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
    /// High and low half of the product, folded; the constants keep a zero from swallowing what
    /// follows.
    static std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
        const auto product = static_cast<unsigned __int128>(a ^ odd) * (b ^ 0xD1B54A32D192ED03U);
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
    std::uint64_t key_, sum_;
};

}  // namespace gw::store::sqlite
