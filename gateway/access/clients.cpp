// Who may call the one-stop API: clients from configuration.
#include "gateway/access/clients.hpp"

#include <algorithm>
#include <set>

namespace gw::access {

namespace {
/// The first word that is no scope.
std::string unknown_scope(std::string_view words) {
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        const auto word = words.substr(0, end);
        if (!word.empty() && !scope_from_word(word)) return std::string(word);
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return "";
}
}  // namespace

core::Result<void> Clients::add(
    std::string id,
    std::string tenant,
    std::string_view public_key_pem,
    std::string_view scope_words
) {
    const auto scopes = scopes_from_words(scope_words);
    if (!scopes)
        return core::give_up(
            "client.scope",
            "client " + id + ": unknown scope \"" + unknown_scope(scope_words) +
                "\". Known: " + to_words(scope::all)
        );
    if (clients_.contains(id)) return core::give_up("client.repeated", "client " + id + " twice");
    auto key = crypto::Key::public_from_pem(public_key_pem);
    if (!key) return key.error();
    add(Client(std::move(id), std::move(tenant), std::move(*key), *scopes));
    return {};
}

core::Result<void> Clients::set_officers(
    std::string_view id, std::string_view actor_key_pem, bool token_required
) {
    const auto found = clients_.find(id);
    if (found == clients_.end())
        return core::give_up("client.unknown", "client " + std::string(id));
    if (!actor_key_pem.empty()) {
        auto key = crypto::Key::public_from_pem(actor_key_pem);
        if (!key) return key.error();
        found->second.actor_key = std::move(*key);
    }
    found->second.actor_token_required = token_required;
    return {};
}

void Clients::add(Client client) {
    auto id = client.id;
    clients_.insert_or_assign(std::move(id), std::move(client));
}

const Client* Clients::find(std::string_view id) const {
    const auto found = clients_.find(id);
    return found == clients_.end() ? nullptr : &found->second;
}

std::vector<std::string> Clients::tenants() const {
    std::set<std::string> all;
    for (const auto& [id, client] : clients_) all.insert(client.tenant);
    return {all.begin(), all.end()};
}

}  // namespace gw::access
