// Who may call the one-stop API: clients from configuration.
#include "gateway/access/clients.hpp"

#include <set>

namespace gw::access {

core::Result<void> Clients::add(
    std::string id,
    std::string tenant,
    std::string_view public_key_pem,
    std::string_view scope_words
) {
    const auto scopes = scopes_from_words(scope_words);
    if (!scopes) return core::give_up("client.scope", "client " + id + ": unknown scope");
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
