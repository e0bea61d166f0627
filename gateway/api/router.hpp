// The route table compiled for look-up: unknown means 404.
#pragma once

#include "gateway/api/call.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

/// Every route of the API, in the order of the contract.
const std::vector<Route>& all_routes();

class Router {
public:
    /// `routes` outlives the router.
    explicit Router(std::span<const Route> routes);
    struct Found {
        const Route* route = nullptr;     // nullptr: no such path or method
        bool path_known = false;          // the path exists with another method
        std::vector<std::string> values;  // of the places
    };
    Found find(std::string_view method, std::string_view path) const;
    std::span<const Route> routes() const { return routes_; }

private:
    struct Pattern {
        const Route* route = nullptr;
        std::vector<std::string_view> parts;  // "{…}" = place
    };
    std::span<const Route> routes_;
    std::vector<std::vector<Pattern>> by_length_;
};

/// "/v1/dossiers" -> {"v1", "dossiers"}.
std::vector<std::string_view> path_parts(std::string_view path);

}  // namespace gw::api
