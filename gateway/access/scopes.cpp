// Scopes of the one-stop contract (1.2) as bits, and their words.
#include "gateway/access/scopes.hpp"

#include <array>

namespace gw::access {

namespace {

constexpr std::array<std::string_view, 18> words_of_bits = {
    "dossiers.read",
    "dossiers.write",
    "files.read",
    "files.write",
    "payments.read",
    "payments.write",
    "payments.refund",
    "deliveries.write",
    "identity.check",
    "notifications.write",
    "catalogue.read",
    "inbox.read",
    "inbox.ack",
    "handovers.write",
    "events.read",
    "webhooks.manage",
    "sync.read",
    "sync.replay"};

}  // namespace

std::optional<Scopes> scope_from_word(std::string_view word) {
    for (std::size_t bit = 0; bit < words_of_bits.size(); ++bit)
        if (words_of_bits[bit] == word) return Scopes(1U << bit);
    return std::nullopt;
}

std::optional<Scopes> scopes_from_words(std::string_view words) {
    Scopes scopes = scope::none;
    while (!words.empty()) {
        const auto end = words.find(' ');
        const auto word = words.substr(0, end);
        words = end == std::string_view::npos ? std::string_view() : words.substr(end + 1);
        if (word.empty()) continue;
        const auto one = scope_from_word(word);
        if (!one) return std::nullopt;
        scopes |= *one;
    }
    return scopes;
}

std::string to_words(Scopes scopes) {
    std::string words;
    for (std::size_t bit = 0; bit < words_of_bits.size(); ++bit) {
        if ((scopes & (1U << bit)) == 0) continue;
        if (!words.empty()) words += ' ';
        words += words_of_bits[bit];
    }
    return words;
}

}  // namespace gw::access
