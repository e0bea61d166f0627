// The tracking feed: one durable cursor for each customer code (PO-8 to PO-12).
#pragma once

#include "gateway/ports/connector.hpp"

#include <memory>

namespace gw::vnpost {

class Post;
/// Reads the feed to its end; once a day also the last hours again.
std::unique_ptr<ports::Job> make_tracking(std::shared_ptr<Post> post);

}  // namespace gw::vnpost
