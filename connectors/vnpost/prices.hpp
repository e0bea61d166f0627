// What a parcel costs (postal.md 3.4): asked while somebody waits, kept for a day.
#pragma once

#include "gateway/ports/connector.hpp"

#include <memory>

namespace gw::vnpost {

class Post;
/// Answers "delivery_quote" {carrier, direction, sender?, receiver, weight_g?} with {"cost"}; a
/// price that cannot be had is "unavailable", never 0.
std::unique_ptr<ports::Lookup> make_prices(std::shared_ptr<Post> post);

}  // namespace gw::vnpost
