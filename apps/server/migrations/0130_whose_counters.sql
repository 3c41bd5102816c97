-- Purpose: changes of counters meet the counters of their customers by their keys, however many sellers there are. A customer is
-- of one seller, which the planner does not know: it takes both together for so rare that it reads all changes again for each counter.
-- Lock risk: a lock that keeps nothing but other changes of the table's form waiting; the next analyze reads what it reads now.
create statistics usage_counters_of_customers (dependencies) on tenant_id, customer_id from usage_counters;
