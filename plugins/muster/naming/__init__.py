"""Names as people write them → one spelling: products, servers by pattern, and what to upgrade to.

They stand below the inventory and the policy, which both use them.
"""
