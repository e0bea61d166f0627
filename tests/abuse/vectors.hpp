// Hostile and odd requests, and how each must be answered.
#pragma once

#include <string>
#include <vector>

namespace gw::abuse {

struct Vector {
    std::string name, bytes;
    /// Statuses of all answers in order, "400" or "200 200"; "" = closed without a word; several
    /// ways: "400|408".
    std::string answers;
};

/// At least 100. Everything that is refused must also close the connection.
std::vector<Vector> vectors();

}  // namespace gw::abuse
