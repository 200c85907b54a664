DROP INDEX shares_group;
DROP INDEX shares_person;
DROP INDEX host_roles_group;
DROP INDEX host_roles_person;
DROP INDEX environment_roles_group;
DROP INDEX environment_roles_person;
