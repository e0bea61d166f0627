// Who may call the one-stop API: clients from configuration, and what a caller turned out to be.
#pragma once

#include "gateway/access/scopes.hpp"
#include "gateway/core/error.hpp"
#include "gateway/crypto/jwt.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::access {

/// One installation of a one-stop system.
struct Client {
    Client(std::string i, std::string t, crypto::Key k, Scopes s)
        : id(std::move(i)), tenant(std::move(t)), key(std::move(k)), scopes(s) {}
    std::string id;
    std::string tenant;                    // "H56": owner of everything the client writes
    crypto::Key key;                       // checks its assertions
    std::optional<crypto::Key> actor_key;  // checks LT-Actor-Token; unset = `key`
    bool actor_token_required = false;     // the plain LT-Actor header is refused (OC-8)
    Scopes scopes = scope::none;
};

/// The configured clients by id.
class Clients {
public:
    Clients() = default;
    /// Reads the PEM and the scope words.
    /// Errors: give_up "client.scope", "client.repeated", and those of crypto::Key.
    core::Result<void> add(
        std::string id,
        std::string tenant,
        std::string_view public_key_pem,
        std::string_view scope_words
    );
    void add(Client client);
    /// How officers of a client that was added are proved: the PEM key that checks LT-Actor-Token
    /// ("" = the client's own) and whether LT-Actor alone is refused.
    /// Errors: give_up "client.unknown", and those of crypto::Key.
    core::Result<void> set_officers(
        std::string_view id, std::string_view actor_key_pem, bool token_required
    );
    /// nullptr when unknown.
    const Client* find(std::string_view id) const;
    /// Tenants of all clients, each once.
    std::vector<std::string> tenants() const;
    std::size_t size() const { return clients_.size(); }

private:
    std::map<std::string, Client, std::less<>> clients_;
};

/// A caller, as proved.
struct Identity {
    Identity() = default;
    bool admin = false;   // on the unix socket
    std::string client;   // client id; "admin" on the unix socket
    std::string tenant;   // "" for admin
    std::string officer;  // LT-Actor; "" when none was named
    Scopes scopes = scope::none;

    /// Actor as in events and audit rows: the officer, else "system:CLIENT".
    std::string actor() const { return officer.empty() ? "system:" + client : officer; }
    /// A person or a named job was given.
    bool has_actor() const { return !officer.empty(); }
    /// A person: no "system:NAME", nor anything else that is not the code of an officer.
    bool has_person() const { return !officer.empty() && officer.find(':') == officer.npos; }
};

}  // namespace gw::access
